/** A number as JSON can carry it: infinities, NaN and −0 as text. */
export type JsonNumber = number | string;

/** Makes an attribute of a kernel safe for its params, which are JSON. */
export function toJson(value: number): JsonNumber {
  return Number.isFinite(value) && !Object.is(value, -0)
    ? value
    : Object.is(value, -0)
      ? "-0"
      : String(value);
}

/** Undoes {@link toJson}. */
export const fromJson = (value: JsonNumber): number => Number(value);
