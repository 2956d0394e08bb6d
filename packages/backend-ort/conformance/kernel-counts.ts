import type { BackendAccount, KernelCount } from "./events.js";

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

/** Sums what the backend itself counted in several processes. */
export function addAccounts(accounts: readonly BackendAccount[]): BackendAccount {
  return {
    lowered: addRecords(accounts.map(({ lowered }) => lowered)),
    fallbacks: addRecords(accounts.map(({ fallbacks }) => fallbacks)),
  };
}

function addRecords(records: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const total: Record<string, number> = {};
  for (const [kernel, calls] of records.flatMap((record) => Object.entries(record))) {
    total[kernel] = (total[kernel] ?? 0) + calls;
  }
  return total;
}

/** Where the backend's own account differs from what was seen from outside, one sentence a kernel. */
export function compareAccount(kernels: readonly KernelCount[], account: BackendAccount): string[] {
  const seen = kernels.filter(({ alias }) => !alias);
  const names = new Set([
    ...seen.map(({ kernel }) => kernel),
    ...Object.keys(account.lowered),
    ...Object.keys(account.fallbacks),
  ]);
  return [...names].sort().flatMap((name) => {
    const count = seen.find(({ kernel }) => kernel === name) ?? { calls: 0, fallback: 0 };
    const lowered = account.lowered[name] ?? 0;
    const fallback = account.fallbacks[name] ?? 0;
    return count.calls - count.fallback === lowered && count.fallback === fallback
      ? []
      : [
          `${name}: explain() has ${lowered} lowered and ${fallback} fallback, ` +
            `seen were ${count.calls - count.fallback} and ${count.fallback}`,
        ];
  });
}
