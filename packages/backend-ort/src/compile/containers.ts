import { Tensor } from "@tensorflow/tfjs-core";

/** A value in which tensors stand at leaves of arrays and plain objects. */
export type Nested = unknown;

function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

const isTensor = (value: unknown): value is Tensor =>
  value instanceof Tensor ||
  (typeof value === "object" && value !== null && "dataId" in value && "rankType" in value);

/** Replaces every tensor of a nested value, in a fixed order, keeping everything else as it is. */
export function mapTensors(value: Nested, map: (tensor: Tensor) => unknown): Nested {
  if (isTensor(value)) return map(value);
  if (Array.isArray(value)) return value.map((item) => mapTensors(item, map));
  if (isPlain(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapTensors(item, map)]));
  }
  return value;
}

/** The tensors of a nested value, in the order of {@link mapTensors}. */
export function tensorsIn(value: Nested): Tensor[] {
  const tensors: Tensor[] = [];
  mapTensors(value, (tensor) => tensors.push(tensor));
  return tensors;
}

/**
 * Shapes, dtypes and static values of a nested value as a string: arguments of equal keys replay the same trace.
 * @throws TypeError for what has no value to compare: functions, class instances, typed arrays
 */
export function containerKey(value: Nested): string {
  if (isTensor(value)) return `<${value.dtype}[${value.shape}]>`;
  if (Array.isArray(value)) return `[${value.map(containerKey)}]`;
  if (isPlain(value)) {
    return `{${Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}:${containerKey(item)}`)}}`;
  }
  if (value === null || ["string", "number", "boolean", "undefined"].includes(typeof value)) {
    return Object.is(value, -0)
      ? "-0"
      : typeof value === "number"
        ? String(value)
        : (JSON.stringify(value) ?? "undefined");
  }
  throw new TypeError(
    typeof value === "object" ? `an instance of ${value.constructor.name}` : `a ${typeof value}`,
  );
}
