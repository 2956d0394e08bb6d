import type { ImageSet } from "@gan/core";

/** One set after another, as one. Labels and classes are the first set's. */
export function joinSets(sets: readonly ImageSet[]): ImageSet {
  const [first] = sets;
  if (first === undefined) throw new RangeError("there must be a set to join");
  const find = (index: number): [ImageSet, number] => {
    let rest = index;
    for (const set of sets) {
      if (rest < set.count) return [set, rest];
      rest -= set.count;
    }
    return [sets[sets.length - 1] as ImageSet, rest]; // Past the end: the last set says so.
  };
  return {
    name: sets.map(({ name }) => name).join(" and "),
    count: sets.reduce((sum, { count }) => sum + count, 0),
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
    read(index) {
      const [set, within] = find(index);
      return set.read(within);
    },
  };
}
