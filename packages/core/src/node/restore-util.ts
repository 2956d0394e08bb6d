import { createRequire } from "node:module";

type Test = (value: unknown) => boolean;

/** The tests of `node:util` that Node.js 23 removed, and `isArray`, which is to follow. */
const removed: Readonly<Record<string, Test>> = {
  isArray: Array.isArray,
  isBoolean: (value) => typeof value === "boolean",
  isFunction: (value) => typeof value === "function",
  isNull: (value) => value === null,
  isNullOrUndefined: (value) => value === null || value === undefined,
  isNumber: (value) => typeof value === "number",
  isObject: (value) => typeof value === "object" && value !== null,
  isString: (value) => typeof value === "string",
  isUndefined: (value) => value === undefined,
};

/** Gives `node:util` back the tests that @tensorflow/tfjs-node calls, where Node.js has them no more. */
export function restoreUtil(): void {
  const util = createRequire(import.meta.url)("node:util") as Record<string, unknown>;
  for (const [name, test] of Object.entries(removed)) util[name] ??= test;
}
