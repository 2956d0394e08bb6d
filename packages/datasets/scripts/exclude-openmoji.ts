/**
 * Writes src/openmoji-excluded.ts: OpenMoji's drawings whose lines show all of it already, and those
 * whose lines or colours are nearly the same as those of one before. Run it where the package `openmoji` is installed.
 */
import { writeFile } from "node:fs/promises";
import type { ImageSet } from "@gan/core";
import { openAllOpenmojiPairs } from "../src/openmoji.js";

const imageSize = 32;
/** Mean difference, in grey levels, under which the colours add nothing to the lines. */
const leastColour = 1;
/** Mean differences under which two drawings are the same: in colour, and of lines that say not which colour. */
const leastDifference = { colour: 2, line: 1 };
const picturesAtOnce = 64;

async function readAll(set: ImageSet): Promise<Uint8Array[]> {
  const pictures: Uint8Array[] = [];
  for (let first = 0; first < set.count; first += picturesAtOnce) {
    const length = Math.min(picturesAtOnce, set.count - first);
    const part = await Promise.all(Array.from({ length }, (_, offset) => set.read(first + offset)));
    pictures.push(...part.map(({ pixels }) => pixels));
  }
  return pictures;
}

function computeDifference(first: Uint8Array, second: Uint8Array): number {
  let sum = 0;
  for (let index = 0; index < first.length; index++) {
    sum += Math.abs((first[index] as number) - (second[index] as number));
  }
  return sum / first.length;
}

const { input, target, hexcodes } = await openAllOpenmojiPairs({ imageSize });
const lines = await readAll(input);
const colours = await readAll(target);
const kept: { line: Uint8Array; colour: Uint8Array }[] = [];
const plain: string[] = [];
const repeated: string[] = [];
for (const [index, hexcode] of hexcodes.entries()) {
  const line = lines[index] as Uint8Array;
  const colour = colours[index] as Uint8Array;
  const isRepeated = () =>
    kept.some(
      (other) =>
        computeDifference(other.line, line) < leastDifference.line ||
        computeDifference(other.colour, colour) < leastDifference.colour,
    );
  if (computeDifference(line, colour) < leastColour) plain.push(hexcode);
  else if (isRepeated()) repeated.push(hexcode);
  else kept.push({ line, colour });
}

const list = (codes: readonly string[]) => codes.map((code) => `  "${code}",\n`).join("");
const text = `/** OpenMoji's drawings that teach a translation nothing; \`scripts/exclude-openmoji.ts\` writes this file. */
export const excludedOpenmoji: readonly string[] = [
  // The lines show all of it already.
${list(plain)}  // Nearly the same as one that is kept.
${list(repeated)}];
`;
await writeFile(new URL("../src/openmoji-excluded.ts", import.meta.url), text);
console.log(
  `${hexcodes.length} drawings: ${plain.length} without colour, ${repeated.length} repeated, ${kept.length} kept`,
);
