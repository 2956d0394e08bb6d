import { DataError, type ImageSet } from "@gan/core";

/** One set after another, as one. Labels and classes are the first set's. */
export function joinSets(sets: readonly ImageSet[]): ImageSet {
  const [first] = sets;
  if (first === undefined) throw new RangeError("there must be a set to join");
  const name = sets.map((set) => set.name).join(" and ");
  const count = sets.reduce((sum, set) => sum + set.count, 0);
  const find = (index: number): [ImageSet, number] => {
    let rest = index;
    for (const set of sets) {
      if (rest < set.count) return [set, rest];
      rest -= set.count;
    }
    throw new DataError("datasets", `${name} has pictures 0 to ${count - 1}, got ${index}.`);
  };
  return {
    name,
    count,
    ...(first.classNames !== undefined && { classNames: first.classNames }),
    ...(first.label !== undefined && {
      label(index: number) {
        const [set, within] = find(index);
        return set.label?.(within) as number;
      },
    }),
    describe(index) {
      const [set, within] = find(index);
      return set.describe(within);
    },
    async read(index) {
      const [set, within] = find(index);
      return set.read(within);
    },
  };
}
