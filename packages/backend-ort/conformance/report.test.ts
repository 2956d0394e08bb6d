import { expect, it } from "vitest";
import { addAccounts, addCounts, compareAccount } from "./kernel-counts.js";
import { kernelTable } from "./report.js";

const add = {
  kernel: "Add",
  alias: false,
  calls: 5,
  fallback: 2,
  dtypes: { "float32,float32": { calls: 4, fallback: 1 }, "complex64,complex64": { calls: 1, fallback: 1 } },
};

it("sums the counts of several processes by kernel and dtypes", () => {
  const abs = {
    kernel: "Abs",
    alias: false,
    calls: 1,
    fallback: 0,
    dtypes: { int32: { calls: 1, fallback: 0 } },
  };
  const again = {
    kernel: "Add",
    alias: false,
    calls: 2,
    fallback: 0,
    dtypes: { "float32,float32": { calls: 2, fallback: 0 } },
  };
  expect(addCounts([[add], [abs, again]])).toEqual([
    abs,
    {
      kernel: "Add",
      alias: false,
      calls: 7,
      fallback: 2,
      dtypes: { ...add.dtypes, "float32,float32": { calls: 6, fallback: 1 } },
    },
  ]);
});

it("lists a kernel's path, for float32 apart", () => {
  expect(kernelTable([add], true).split("\n").at(-1)).toBe(
    "| Add | both | 3 | 2 | 3 | 1 | float32,float32 1; complex64,complex64 1 |",
  );
});

it("compares the backend's own account with what was seen, aliases aside", () => {
  const alias = { ...add, kernel: "Identity", alias: true };
  const account = addAccounts([
    { lowered: { Add: 1 }, fallbacks: { Add: 2 } },
    { lowered: { Add: 2 }, fallbacks: {} },
  ]);
  expect(account).toEqual({ lowered: { Add: 3 }, fallbacks: { Add: 2 } });
  expect(compareAccount([add, alias], account)).toEqual([]);
  expect(compareAccount([add], { lowered: { Add: 3, Abs: 1 }, fallbacks: {} })).toEqual([
    "Abs: explain() has 1 lowered and 0 fallback, seen were 0 and 0",
    "Add: explain() has 3 lowered and 0 fallback, seen were 3 and 2",
  ]);
});
