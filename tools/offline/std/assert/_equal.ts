// Copyright 2026 the Toukon Lambda authors. MIT license.

/**
 * Whether two values are deeply equal: the same prototypes, the same keys and
 * deeply equal values. `NaN` equals itself and 0 equals -0; a key that holds
 * `undefined` is not a missing key; the order of keys, of the members of a set
 * and of the entries of a map does not matter.
 *
 * @throws {TypeError} For instances of classes whose state cannot be told from
 * their keys.
 */
export function equal(a: unknown, b: unknown): boolean {
  if (a === b || Object.is(a, b)) return true;
  if (!isObject(a) || !isObject(b)) return false;
  const prototype = prototypeOf(a);
  if (prototype !== prototypeOf(b)) return false;
  if (a instanceof Date) {
    return Object.is(a.getTime(), (b as Date).getTime());
  }
  if (ArrayBuffer.isView(a)) {
    return sameMembers(a as Uint8Array, b as Uint8Array);
  }
  if (a instanceof Set || a instanceof Map) {
    return pairUp([...a], [...b as typeof a]);
  }
  if (prototype === Object.prototype || prototype === Array.prototype) {
    return sameKeys(a, b);
  }
  throw new TypeError(`Cannot compare ${a.constructor.name} instances`);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** An object without a prototype counts as a plain one. */
function prototypeOf(value: object): object {
  return Object.getPrototypeOf(value) ?? Object.prototype;
}

function sameMembers(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((member, i) => member === b[i]);
}

function sameKeys(a: object, b: object): boolean {
  const keys = keysOf(a);
  return keys.length === keysOf(b).length &&
    keys.every((key) =>
      Object.hasOwn(b, key) && equal(Reflect.get(a, key), Reflect.get(b, key))
    );
}

function keysOf(value: object): PropertyKey[] {
  return Reflect.ownKeys({ ...value });
}

/** Whether each of `left` equals one of `right` that no other one equals. */
function pairUp(left: unknown[], right: unknown[]): boolean {
  const rest = [...right];
  return left.length === right.length && left.every((member) => {
    const index = rest.findIndex((other) => equal(member, other));
    if (index >= 0) rest.splice(index, 1);
    return index >= 0;
  });
}
