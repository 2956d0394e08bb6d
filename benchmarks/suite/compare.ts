import { show } from "./format-report.js";
import type { BenchReport, BenchRow } from "./rows.js";

/** A figure that differs from an older one's by more than the noise. */
export interface Change {
  what: string;
  from: number;
  to: number;
  isRegression: boolean;
}

/** Share by which a median moves from run to run on a machine that does nothing else. */
const leastShare = 0.05;
/** Memory and compiling vary little, distances of short trainings much. */
const shares = { memory: 0.1, compile: 0.5, distance: 0.3 };

/** Compares figures of the same steps and trainings; times only where both come from the same processor. */
export function compareReports(old: BenchReport, now: BenchReport): Change[] {
  const [before, after] = [old.conditions, now.conditions];
  const isSameMachine = before.processor === after.processor && before.threads === after.threads;
  return now.rows.flatMap((row) => {
    const earlier = old.rows.find((one) => isSame(one, row));
    if (earlier === undefined) return [];
    return [
      ...(isSameMachine ? compareTimes(earlier, row) : []),
      ...compareMore(
        `${row.variant}: peak memory, MB`,
        earlier.peakMemoryMB,
        row.peakMemoryMB,
        shares.memory,
      ),
      ...compareLearned(earlier, row),
    ];
  });
}

const isSame = (one: BenchRow, other: BenchRow) =>
  (["variant", "preset", "backend", "device", "batch", "side"] as const).every(
    (key) => one[key] === other[key],
  );

function compareTimes(old: BenchRow, now: BenchRow): Change[] {
  const changes = compareMore(
    `${now.variant}: compile, s`,
    old.compileSeconds,
    now.compileSeconds,
    shares.compile,
  );
  const [from, to] = [old.imagesPerSecond, now.imagesPerSecond];
  if (from === undefined || to === undefined) return changes;
  // Half of each run's range between quartiles, in which its median may lie.
  const noise = Math.max(leastShare, (old.spread ?? 0) / 2 + (now.spread ?? 0) / 2) * from;
  if (Math.abs(to - from) <= noise) return changes;
  return [...changes, { what: `${now.variant}: images/s`, from, to, isRegression: to < from }];
}

function compareLearned(old: BenchRow, now: BenchRow): Change[] {
  const isEqual = (["images", "extractor", "n", "dataHash"] as const).every((key) => old[key] === now[key]);
  if (!isEqual) return [];
  const deviation = Math.hypot(old.kidDeviation ?? 0, now.kidDeviation ?? 0);
  return [
    ...compareMore(`${now.variant}: FID`, old.fid, now.fid, shares.distance),
    ...compareMore(`${now.variant}: KID`, old.kid, now.kid, shares.distance, 3 * deviation),
  ];
}

/** Of figures of which less is better. */
function compareMore(
  what: string,
  from: number | null | undefined,
  to: number | null | undefined,
  share: number,
  least = 0,
): Change[] {
  if (from === null || from === undefined || to === null || to === undefined) return [];
  if (Math.abs(to - from) <= Math.max(least, Math.abs(from) * share)) return [];
  return [{ what, from, to, isRegression: to > from }];
}

/** What changed, regressions first. */
export function formatChanges(changes: readonly Change[]): string {
  if (changes.length === 0) return "Nothing changed beyond the noise.";
  const sorted = [...changes].sort((a, b) => Number(b.isRegression) - Number(a.isRegression));
  return sorted
    .map(
      ({ what, from, to, isRegression }) =>
        `${isRegression ? "WORSE " : "better"} ${what}: ${show(from)} → ${show(to)}`,
    )
    .join("\n");
}
