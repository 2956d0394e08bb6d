import { expect, it } from "vitest";
import { compareReports, formatChanges } from "./compare.js";
import { toyReport, toyRow } from "./reports.test-helper.js";

const compare = (before: Parameters<typeof toyRow>[0], after: Parameters<typeof toyRow>[0]) =>
  compareReports(toyReport([toyRow(before)]), toyReport([toyRow(after)])).map(
    ({ what, isRegression }) => `${isRegression ? "worse" : "better"} ${what}`,
  );

it("tells what left the noise, and in which direction", () => {
  expect(compare({}, { imagesPerSecond: 960 })).toEqual([]);
  expect(compare({}, { imagesPerSecond: 930 })).toEqual(["worse toy: images/s"]);
  expect(compare({}, { imagesPerSecond: 1200 })).toEqual(["better toy: images/s"]);
  // Both runs were disturbed: 20 % are within what the steps spread.
  expect(compare({ spread: 0.2 }, { spread: 0.3, imagesPerSecond: 800 })).toEqual([]);
  expect(compare({}, { peakMemoryMB: 120, compileSeconds: 0.1 })).toEqual(["worse toy: peak memory, MB"]);
});

it("compares distances of equal trainings only, and by their deviation", () => {
  expect(compare({}, { kid: 0.8 })).toEqual(["worse toy: KID"]);
  expect(compare({ kidDeviation: 0.1 }, { kid: 0.8, kidDeviation: 0.1 })).toEqual([]);
  expect(compare({}, { kid: 0.8, images: 800 })).toEqual([]);
  expect(compare({ fid: 10 }, { fid: 20, extractor: "other" })).toEqual([]);
});

it("compares no times of different processors", () => {
  const old = toyReport([toyRow()]);
  const other = { ...old.conditions, processor: "another" };
  const now = toyReport([toyRow({ imagesPerSecond: 500, peakMemoryMB: 200 })], { conditions: other });
  expect(compareReports(old, now).map(({ what }) => what)).toEqual(["toy: peak memory, MB"]);
});

it("says regressions first", () => {
  const changes = compareReports(
    toyReport([toyRow()]),
    toyReport([toyRow({ imagesPerSecond: 2000, kid: 1 })]),
  );
  expect(formatChanges(changes)).toBe("WORSE  toy: KID: 0.5 → 1\nbetter toy: images/s: 1,000 → 2,000");
  expect(formatChanges([])).toBe("Nothing changed beyond the noise.");
});
