import { InvalidArgumentError } from '../../base/errors.js';
import { meantBy } from '../../base/misspelt.js';

/** What a schema of valibot is made of, as far as it has fields. */
interface Shape {
  readonly entries?: Readonly<Record<string, Shape>>;
  readonly wrapped?: Shape;
  readonly item?: Shape;
  /** Of a record; other schemas hold other things in it. */
  readonly value?: unknown;
  readonly type?: string;
}

/**
 * nova's models have many fields that plugs don't read, so what is unknown is let through; but not what is written almost as a
 * field that is missing beside it: `detials` would plug another VIF than was meant.
 *
 * @throws {InvalidArgumentError} naming the field and the one that is meant.
 */
export function refuseMisspelt(schema: object, input: unknown, where: string): void {
  look(schema, input, '', where);
}

function look(schema: Shape, input: unknown, path: string, where: string): void {
  if (typeof input !== 'object' || input === null) return;
  let shape = schema;
  while (shape.wrapped) shape = shape.wrapped;
  const { entries, item } = shape;
  if (entries) lookAtFields(entries, input as Record<string, unknown>, path, where);
  else if (item && Array.isArray(input)) {
    for (const [index, each] of input.entries()) look(item, each, `${path}${index}.`, where);
  } else if (shape.type === 'record') {
    for (const [key, each] of Object.entries(input)) look(shape.value as Shape, each, `${path}${key}.`, where);
  }
}

function lookAtFields(
  entries: Readonly<Record<string, Shape>>,
  input: Readonly<Record<string, unknown>>,
  path: string,
  where: string,
): void {
  let missing: string[] | undefined;
  for (const key of Object.keys(input)) {
    const shape = Object.hasOwn(entries, key) ? entries[key] : undefined;
    if (shape) {
      look(shape, input[key], `${path}${key}.`, where);
      continue;
    }
    missing ??= Object.keys(entries).filter((each) => !Object.hasOwn(input, each));
    const meant = meantBy(key, missing);
    if (meant) throw new InvalidArgumentError(`${where}: ${path}${key} is unknown: did you mean ${meant}?`);
  }
}
