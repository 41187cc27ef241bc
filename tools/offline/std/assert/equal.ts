// Copyright 2026 the Toukon Lambda authors. MIT license.

/** Classes whose text says all that tells two instances apart. */
const TOLD_BY_TEXT = [RegExp, URL, URLSearchParams, Intl.Locale];

/**
 * Whether two values are deeply equal: the same prototypes, the same keys and
 * deeply equal values. `NaN` equals itself and 0 equals -0; a key that holds
 * `undefined` is not a missing key; the order of keys, of the members of a set
 * and of the entries of a map does not matter.
 *
 * @throws {TypeError} For weak maps and weak sets, which cannot be read.
 */
export function equal(a: unknown, b: unknown): boolean {
  return compare(a, b, new Map());
}

function compare(a: unknown, b: unknown, seen: Map<object, object>): boolean {
  if (a === b || Object.is(a, b)) return true;
  if (!isObject(a) || !isObject(b)) return false;
  if (a instanceof Date && b instanceof Date) {
    return Object.is(a.getTime(), b.getTime());
  }
  if (prototypeOf(a) !== prototypeOf(b)) return false;
  if (TOLD_BY_TEXT.some((type) => a instanceof type)) {
    return String(a) === String(b);
  }
  if (a instanceof WeakMap || a instanceof WeakSet) {
    throw new TypeError(`Cannot compare ${a.constructor.name} instances`);
  }
  if (a instanceof WeakRef) {
    return compare(a.deref(), (b as WeakRef<WeakKey>).deref(), seen);
  }
  if (a instanceof ArrayBuffer || a instanceof SharedArrayBuffer) {
    return sameMembers(new Uint8Array(a), new Uint8Array(b as ArrayBuffer));
  }
  if (ArrayBuffer.isView(a) && !(a instanceof DataView)) {
    return sameMembers(a as Uint8Array, b as Uint8Array);
  }
  if (seen.get(a) === b) return true;
  seen.set(a, b);
  const isEqual = sameKeys(a, b, seen) && sameEntries(a, b, seen);
  // Only pairs that are equal so far may be taken for granted.
  if (!isEqual) seen.delete(a);
  return isEqual;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** An object without a prototype counts as a plain one. */
function prototypeOf(value: object): object {
  return Object.getPrototypeOf(value) ?? Object.prototype;
}

function sameMembers(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) {
    if (a[i] !== b[i] && !Object.is(a[i], b[i])) return false;
  }
  return true;
}

function sameKeys(
  a: object,
  b: object,
  seen: Map<object, object>,
): boolean {
  if (Object.keys(a).length !== Object.keys(b).length) return false;
  for (const key of new Set([...keysOf(a), ...keysOf(b)])) {
    if (!(key in a) || !(key in b)) return false;
    if (!compare(Reflect.get(a, key), Reflect.get(b, key), seen)) return false;
  }
  return true;
}

/**
 * The enumerable keys of a plain object or array; for an instance of a class
 * the inherited ones as well, because private state shows in accessors only.
 */
function keysOf(value: object): PropertyKey[] {
  const prototype = prototypeOf(value);
  if (prototype === Object.prototype || prototype === Array.prototype) {
    return Reflect.ownKeys({ ...value });
  }
  if (value instanceof Map || value instanceof Set) return Object.keys(value);
  const keys: PropertyKey[] = [];
  for (
    let owner = value;
    owner !== null && owner !== Object.prototype && owner !== Array.prototype;
    owner = Object.getPrototypeOf(owner)
  ) {
    keys.push(...Reflect.ownKeys(owner));
  }
  return keys;
}

function sameEntries(
  a: object,
  b: object,
  seen: Map<object, object>,
): boolean {
  if (a instanceof Set && b instanceof Set) {
    return a.size === b.size && pairUp([...a], [...b], seen);
  }
  if (a instanceof Map && b instanceof Map) {
    return a.size === b.size && pairUp([...a], [...b], seen);
  }
  return true;
}

/** Whether each of `left` equals one of `right` that no other one equals. */
function pairUp(
  left: unknown[],
  right: unknown[],
  seen: Map<object, object>,
): boolean {
  const rest = [...right];
  return left.every((member) => {
    const index = rest.findIndex((other) => compare(member, other, seen));
    if (index >= 0) rest.splice(index, 1);
    return index >= 0;
  });
}
