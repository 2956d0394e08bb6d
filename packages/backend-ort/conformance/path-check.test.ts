import { expect, it } from "vitest";
import type { KernelCount } from "./events.js";
import { checkPaths, PROMISED_KERNELS } from "./path-check.js";

const count = (kernel: string, inputs: string, calls: number, fallback: number): KernelCount => ({
  kernel,
  alias: false,
  calls,
  fallback,
  dtypes: { [inputs]: { calls, fallback } },
});
const promised = PROMISED_KERNELS.map((kernel) => count(kernel, "float32", 2, 0));
const messages = (kernels: readonly KernelCount[], run: "normal" | "refused", complete = true): string[] =>
  checkPaths({ kernels, account: undefined }, run, complete).map(
    ({ failures }) => failures[0]?.message ?? "",
  );

it("finds nothing wrong where every promised kernel was lowered", () => {
  expect(messages(promised, "normal")).toEqual([]);
  expect(messages(promised, "refused")).toEqual([]);
});

it("misses a promised kernel that was never lowered, in a complete run", () => {
  const without = promised.map((one) => (one.kernel === "Conv2D" ? count("Conv2D", "int32", 2, 2) : one));
  expect(messages(without, "normal")).toEqual([
    "Conv2D: is promised to be lowered, but none of its calls was",
  ]);
  expect(messages(without, "normal", false)).toEqual([]);
});

it("finds calls on float32 that fell back although that was refused", () => {
  const some = [...promised, count("LRN", "float32", 3, 2)];
  expect(messages(some, "refused")).toEqual(["LRN: 2 calls on float32 fell back although that was refused"]);
  expect(messages(some, "normal")).toEqual([]);
  const allowed = [
    count("LRN", "complex64", 2, 1),
    count("Unique", "float32", 3, 3),
    count("LRN", "float32 (empty)", 2, 1),
  ];
  expect(messages([...promised, ...allowed], "refused")).toEqual([]);
});

it("finds an account of the backend's own that differs", () => {
  const account = { lowered: { Add: 1 }, fallbacks: { Add: 1 } };
  const [problem] = checkPaths({ kernels: [count("Add", "float32", 2, 0)], account }, "normal", false);
  expect(problem).toMatchObject({ name: "path of Add (outside its specs)", status: "failed" });
  expect(problem?.failures[0]?.message).toBe(
    "Add: explain() has 1 lowered and 1 fallback, seen were 2 and 0",
  );
});
