import { JsonSyntaxError } from './syntax-error.js';
import { type Json, type JsonObject, Real } from './value.js';

/** Brackets within brackets that lib/json.c takes. */
const MAX_HEIGHT = 1000;

export type Token = { punctuation: string } | { value: Json };

type State =
  | 'start'
  | 'end'
  | 'object'
  | 'name'
  | 'colon'
  | 'member'
  | 'object-next'
  | 'array'
  | 'element'
  | 'array-next';

/** The grammar of lib/json.c, fed token by token (`json_parser_input`): errors come at the same token, in its words. */
export class Grammar {
  state: State = 'start';
  result: Json = null;
  #stack: { container: Json[] | JsonObject; name: string }[] = [];
  #name = '';

  input(token: Token): void {
    const punctuation = 'punctuation' in token ? token.punctuation : undefined;
    switch (this.state) {
      case 'start':
        if (punctuation !== '{' && punctuation !== '[') fail('syntax error at beginning of input');
        this.#value(token);
        break;
      case 'end':
        fail('trailing garbage at end of input');
        break;
      case 'object':
        if (punctuation === '}') this.#pop();
        else this.#memberName(token);
        break;
      case 'name':
        this.#memberName(token);
        break;
      case 'colon':
        if (punctuation !== ':') fail("syntax error parsing object expecting ':'");
        this.state = 'member';
        break;
      case 'object-next':
        if (punctuation === '}') this.#pop();
        else if (punctuation === ',') this.state = 'name';
        else fail("syntax error expecting '}' or ','");
        break;
      case 'array':
        if (punctuation === ']') this.#pop();
        else this.#value(token);
        break;
      case 'array-next':
        if (punctuation === ']') this.#pop();
        else if (punctuation === ',') this.state = 'element';
        else fail("syntax error expecting ']' or ','");
        break;
      default:
        this.#value(token);
    }
  }

  #memberName(token: Token): void {
    if (!('value' in token) || typeof token.value !== 'string') {
      fail('syntax error parsing object expecting string');
    } else {
      this.#name = token.value;
      this.state = 'colon';
    }
  }

  #value(token: Token): void {
    if ('value' in token) {
      this.#put(token.value);
      this.state = Array.isArray(this.#stack.at(-1)?.container) ? 'array-next' : 'object-next';
    } else if (token.punctuation === '{' || token.punctuation === '[') {
      if (this.#stack.length >= MAX_HEIGHT) fail(`input exceeds maximum nesting depth ${MAX_HEIGHT}`);
      const isArray = token.punctuation === '[';
      this.#stack.push({ container: isArray ? [] : {}, name: this.#name });
      this.state = isArray ? 'array' : 'object';
    } else {
      fail('syntax error expecting value');
    }
  }

  #pop(): void {
    const { container, name } = this.#stack.pop()!;
    if (this.#stack.length === 0) {
      this.result = container;
      this.state = 'end';
      return;
    }
    this.#name = name;
    this.#put(container);
    this.state = Array.isArray(this.#stack.at(-1)?.container) ? 'array-next' : 'object-next';
  }

  #put(value: Json): void {
    const container = this.#stack.at(-1)?.container;
    if (Array.isArray(container)) container.push(value);
    // Not an assignment: a member named __proto__ is a member like any other.
    else if (container && !(container instanceof Real)) {
      Object.defineProperty(container, this.#name, { value, writable: true, enumerable: true, configurable: true });
    }
  }
}

function fail(message: string): never {
  throw new JsonSyntaxError(message);
}
