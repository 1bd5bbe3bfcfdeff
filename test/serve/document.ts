/** share/openapi.json, and answers held against it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import type { HttpClient, Reply } from './support.js';

// Compiled to dist/test/serve.
export const document = JSON.parse(readFileSync(join(import.meta.dirname, '../../../share/openapi.json'), 'utf8'));

type Validate = ((value: unknown) => boolean) & { errors?: unknown };

/** Loaded by name: of their types nothing is needed here. */
export const load = async (name: string) => (await import(name)) as Record<string, new (options?: object) => unknown>;

/** What stands there, or where its `$ref` leads, and its JSON pointer. */
export function resolve(...path: string[]): { found: Record<string, unknown>; pointer: string[] } {
  // biome-ignore lint/suspicious/noExplicitAny: a JSON document.
  const found = path.reduce((it: any, part) => it?.[part], document);
  if (typeof found?.$ref !== 'string') return { found, pointer: path };
  return resolve(...found.$ref.slice(2).split('/'));
}

/** Checks that an answer is one that the document describes. */
export async function conformance(): Promise<
  (t: ExecutionContext, method: string, path: string, reply: Reply) => void
> {
  const { default: Ajv } = await load('ajv/dist/2020.js');
  const ajv = new Ajv!({ strict: false }) as { addSchema(it: object, id: string): void; compile(it: object): Validate };
  ajv.addSchema(document, 'it');
  return (t, method, path, reply) => {
    const name = path.split('?')[0] as string;
    const { found, pointer } = resolve('paths', name, method.toLowerCase(), 'responses', String(reply.status));
    t.truthy(found, `${method} ${path} answers ${reply.status}, which the document lacks: ${reply.text}`);
    const type = String(reply.headers['content-type']).split(';')[0] as string;
    t.true(type in (found.content as object), `${method} ${path}: ${type}`);
    if (type !== 'application/json') return;
    const schema = [...pointer, 'content', type, 'schema']
      .map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')))
      .join('/');
    const validate = ajv.compile({ $ref: `it#/${schema}` });
    t.true(
      validate(reply.json),
      `${method} ${path} ${reply.status}: ${JSON.stringify(validate.errors)}: ${reply.text}`,
    );
  };
}

/** Asks, and checks the answer. */
export async function conformingAsk(t: ExecutionContext, client: HttpClient) {
  const conforms = await conformance();
  return async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Reply> => {
    const reply = await client.ask(method, path, body, headers);
    conforms(t, method, path, reply);
    return reply;
  };
}
