import { type AnyNode, type Node, parse } from 'acorn';

/** One small change of a source text, as a test that covers the place should notice. */
export interface Mutation {
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
  /** Counted from 1. */
  readonly line: number;
  /** Counted from 0. */
  readonly column: number;
  readonly what: string;
}

const OPERATORS: Record<string, string> = {
  '===': '!==',
  '!==': '===',
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '+': '-',
  '-': '+',
  '&&': '||',
  '||': '&&',
};

/**
 * All mutations of a module: conditions negated, operators and boolean literals turned into their neighbours, statements that are
 * a call left out. Conditions of loops are left alone, most would only run for ever.
 * @param source JavaScript, an ES module
 */
export function mutationsOf(source: string): Mutation[] {
  const found: Mutation[] = [];
  const root = parse(source, { ecmaVersion: 'latest', sourceType: 'module', locations: true });

  const add = (node: Node, start: number, end: number, replacement: string, what: string) =>
    found.push({ start, end, replacement, what, line: node.loc?.start.line ?? 0, column: node.loc?.start.column ?? 0 });

  const negate = (test: Node) => {
    add(test, test.start, test.end, `!(${source.slice(test.start, test.end)})`, 'condition negated');
  };

  const visit = (node: AnyNode): void => {
    if (isHelper(node)) return;
    switch (node.type) {
      case 'IfStatement':
      case 'ConditionalExpression':
        // The comparison itself is turned below; to negate it as well would be the same once more.
        if (!isEquality(node.test)) negate(node.test);
        break;
      case 'BinaryExpression':
      case 'LogicalExpression': {
        const other = OPERATORS[node.operator];
        if (other === undefined || (node.operator === '+' && (isText(node.left) || isText(node.right)))) break;
        const at = node.left.end + source.slice(node.left.end, node.right.start).indexOf(node.operator);
        add(node, at, at + node.operator.length, other, `${node.operator} to ${other}`);
        break;
      }
      case 'Literal':
        if (typeof node.value === 'boolean') {
          add(node, node.start, node.end, String(!node.value), `${node.value} to ${!node.value}`);
        }
        break;
      case 'ExpressionStatement': {
        const inner = node.expression.type === 'AwaitExpression' ? node.expression.argument : node.expression;
        if (inner.type === 'CallExpression' && inner.callee.type !== 'Super') {
          add(node, node.start, node.end, ';', 'call left out');
        }
        break;
      }
    }
    for (const child of childrenOf(node)) visit(child);
  };
  visit(root);
  return found;
}

/** The source with one mutation made. */
export function mutate(source: string, { start, end, replacement }: Mutation): string {
  return source.slice(0, start) + replacement + source.slice(end);
}

function* childrenOf(node: AnyNode): Generator<AnyNode> {
  for (const value of Object.values(node) as unknown[]) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (typeof child === 'object' && child !== null && 'type' in child && 'start' in child) yield child as AnyNode;
    }
  }
}

const isEquality = (node: AnyNode) => node.type === 'BinaryExpression' && /^[!=]==$/.test(node.operator);

function isText(node: AnyNode): boolean {
  if (node.type === 'TemplateLiteral' || (node.type === 'Literal' && typeof node.value === 'string')) return true;
  return node.type === 'BinaryExpression' && node.operator === '+' && (isText(node.left) || isText(node.right));
}

/** What the compiler writes for `using`: no code of ours. */
function isHelper(node: AnyNode): boolean {
  if (node.type === 'VariableDeclaration') {
    return node.declarations.every(({ id }) => id.type === 'Identifier' && /^(?:__|env_\d)/.test(id.name));
  }
  if (node.type === 'AssignmentExpression') {
    const { left } = node;
    return left.type === 'MemberExpression' && left.object.type === 'Identifier' && /^env_\d/.test(left.object.name);
  }
  return false;
}
