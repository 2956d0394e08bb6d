import { createHash } from "node:crypto";

/** Share of base emoji that are held out as the test part. */
const testShare = 0.1;

const skinTones = ["1F3FB", "1F3FC", "1F3FD", "1F3FE", "1F3FF"];
/** Variation selector, joiner, female, male, to the right: they tell variations of one emoji apart. */
const variations = new Set(["FE0F", "200D", "2640", "2642", "27A1", ...skinTones]);
const person = "1F9D1";
const child = "1F9D2";

/** Emoji that differ from another by sex, age or the position of a hand only. */
const sameAs: Readonly<Record<string, readonly string[]>> = {
  "1F468": [person],
  "1F469": [person],
  "1F474": ["1F9D3"],
  "1F475": ["1F9D3"],
  "1F466": [child],
  "1F467": [child],
  "1F46B": [person, "1F91D", person],
  "1F46C": [person, "1F91D", person],
  "1F46D": [person, "1F91D", person],
  "1F48F": [person, "2764", "1F48B", person],
  "1F491": [person, "2764", person],
  "1FAF1": ["1FAF2"],
};

/** Whether a sequence of code points, `1F44B-1F3FB`, asks for a skin tone. */
export function hasSkinTone(sequence: string): boolean {
  const points = sequence.toUpperCase().split("-");
  return points.length > 1 && points.some((point) => skinTones.includes(point));
}

/**
 * What near-duplicates have in common: the sequence without skin tone, sex and direction; clock faces are
 * one, and so are families.
 *
 * @param sequence Code points in hexadecimal, joined by `-`.
 */
export function findBaseEmoji(sequence: string): string {
  const all = sequence.toUpperCase().split("-");
  const points = all.filter((point) => !variations.has(point)).flatMap((point) => sameAs[point] ?? [point]);
  if (points.length === 0) return all.join("-"); // The signs for female and male themselves.
  if (points.length > 1 && points.every((point) => point === person || point === child)) return "1F46A";
  const first = Number.parseInt(points[0] as string, 16);
  if (first >= 0x1f550 && first <= 0x1f567) return "1F550";
  return points.join("-");
}

/** Whether an emoji belongs to the test part: a tenth of the base emoji, chosen by their SHA-256. */
export function isHeldOut(sequence: string): boolean {
  const digest = createHash("sha256").update(findBaseEmoji(sequence)).digest();
  return digest.readUInt32BE() < testShare * 2 ** 32;
}
