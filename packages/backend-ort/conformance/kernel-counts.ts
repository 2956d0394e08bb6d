import type { KernelCount } from "./events.js";

/** Sums the counts of several processes, by kernel and dtypes; sorted by kernel. */
export function addCounts(snapshots: readonly (readonly KernelCount[])[]): KernelCount[] {
  const sums = new Map<string, KernelCount>();
  for (const { kernel, alias, calls, fallback, dtypes } of snapshots.flat()) {
    const sum = sums.get(kernel) ?? { kernel, alias, calls: 0, fallback: 0, dtypes: {} };
    const merged = { ...sum.dtypes };
    for (const [name, count] of Object.entries(dtypes)) {
      const before = merged[name] ?? { calls: 0, fallback: 0 };
      merged[name] = { calls: before.calls + count.calls, fallback: before.fallback + count.fallback };
    }
    sums.set(kernel, { ...sum, calls: sum.calls + calls, fallback: sum.fallback + fallback, dtypes: merged });
  }
  return [...sums.values()].sort((one, other) => (one.kernel < other.kernel ? -1 : 1));
}
