import { expect, it } from "vitest";
import { findKept } from "./kept-rows.js";
import { toyReport, toyRow } from "./reports.test-helper.js";
import type { BenchReport } from "./rows.js";

const asked = {
  isFull: true,
  variants: ["toy", "other"],
  parts: ["throughput", "training"],
  backends: ["ort-cpu"],
} as const;
const here = { commit: "abc", processor: "toy & co" };
const full = (...rows: Parameters<typeof toyReport>[0]) => toyReport(rows, { isSmoke: false });
const names = (report: BenchReport | undefined) => report?.rows.map(({ variant }) => variant);

it("goes on with a full run where it was interrupted", () => {
  expect(names(findKept(full(toyRow()), asked, here, 2))).toEqual(["toy"]);
  expect(findKept(undefined, asked, here, 2)).toBeUndefined();
});

it("measures anew what another commit or machine measured, what failed, and what lacks a part", () => {
  expect(findKept(full(toyRow()), asked, { ...here, commit: "def" }, 2)).toBeUndefined();
  expect(findKept(full(toyRow()), asked, { ...here, processor: "another" }, 2)).toBeUndefined();
  expect(findKept(full(toyRow({ problem: "no data" })), asked, here, 2)).toBeUndefined();
  const { dataHash: _, ...timed } = toyRow();
  expect(findKept(full(timed), asked, here, 2)).toBeUndefined();
  expect(names(findKept(full(timed), { ...asked, parts: ["throughput"] }, here, 2))).toEqual(["toy"]);
  expect(names(findKept(full(toyRow()), { ...asked, parts: ["scaling"] }, here, 2))).toEqual(["toy"]);
  const unscaled = toyReport([toyRow()], { isSmoke: false, scaling: [] });
  expect(findKept(unscaled, { ...asked, parts: ["scaling"] }, here, 2)).toBeUndefined();
  expect(findKept(full(toyRow()), { ...asked, backends: ["ort-cpu", "tfjs-cpu"] }, here, 2)).toBeUndefined();
});

it("keeps the other variants of a short run, and nothing of a whole one", () => {
  const short = toyReport([toyRow(), toyRow({ variant: "other" })]);
  const some = { ...asked, isFull: false, variants: ["toy"] };
  const kept = findKept(short, some, here, 2);
  expect(names(kept)).toEqual(["other"]);
  expect(kept?.scaling).toEqual([]);
  expect(findKept(short, { ...some, variants: ["toy", "other"] }, here, 2)).toBeUndefined();
  expect(findKept(full(toyRow()), some, here, 2)).toBeUndefined();
});
