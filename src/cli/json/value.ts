/**
 * JSON as Open vSwitch's lib/json.c sees it. An integer of 64 bits is a `bigint` or a `number` that is an integer;
 * whatever else is a `number` is a real.
 */
export type Json = null | boolean | number | bigint | string | Real | Json[] | JsonObject;
export type JsonObject = { [member: string]: Json };

/** A real that is written as one (`1e+18`) even where an integer could say it (`1000000000000000000`). */
export class Real {
  constructor(readonly value: number) {}

  /** On the wire it is a number like any other. */
  toJSON(): number {
    return this.value;
  }
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Real);
}

const LIMIT = 2 ** 63;

/** Whether lib/json.c would keep this number as a JSON_INTEGER. */
export function isInteger(value: Json | undefined): value is number | bigint {
  return typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value) && Math.abs(value) < LIMIT);
}
