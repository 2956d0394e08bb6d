/** Pictures in the parts of each set, by its name; `scripts/count.ts` writes this file. */
export const counts: Readonly<Record<string, { train: number; test: number }>> = {
  mnist: { train: 60_000, test: 10_000 },
  "fashion-mnist": { train: 60_000, test: 10_000 },
  "openmoji-pairs": { train: 1_656, test: 166 },
  "noto-twemoji": { train: 3_464, test: 322 },
  noto: { train: 3_464, test: 322 },
  twemoji: { train: 3_464, test: 322 },
  "fluent-3d": { train: 3_073, test: 318 },
  avatars: { train: 10_000, test: 1_000 },
  "avatars-notionists": { train: 10_000, test: 1_000 },
  "avatars-thumbs": { train: 10_000, test: 1_000 },
  "avatars-shapes": { train: 10_000, test: 1_000 },
};
