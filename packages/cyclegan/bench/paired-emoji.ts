/**
 * Writes the emoji of `noto-twemoji` as pairs, which CycleGAN never sees: trainA, trainB, testA and testB with equal
 * names. What Pix2Pix learns of them tells how near a translation by such networks comes when nothing is hidden:
 *
 *     pnpm --filter @gan/cyclegan bench:pairs FOLDER
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { domainDataSchema } from "@gan/core";
import { writePicture } from "@gan/core/node";
import { openDomains } from "@gan/datasets";
import { cycleGanConfigSchema } from "../src/index.js";
import { openPart } from "../src/node.js";

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("where to? bench:pairs FOLDER");
const model = cycleGanConfigSchema.parse({ imageSize: 64 });
const data = domainDataSchema.parse({ name: "noto-twemoji", background: "white" });
for (const split of ["train", "test"] as const) {
  const part = await openPart(split, { model, data });
  if (part === undefined) throw new Error(`noto-twemoji has no part ${split}`);
  const { partners } = await openDomains("noto-twemoji", { split });
  if (partners === undefined) throw new Error("noto-twemoji has no hidden pairing");
  const folders = { a: join(folder, `${split}A`), b: join(folder, `${split}B`) };
  for (const path of Object.values(folders)) await mkdir(path, { recursive: true });
  const { a, b } = part.sets;
  for (let index = 0; index < a.count; index++) {
    const name = `${String(index).padStart(4, "0")}.png`;
    await writePicture(join(folders.a, name), await a.read(index));
    await writePicture(join(folders.b, name), await b.read(partners[index] as number));
  }
  await part.close();
  console.log(`${a.count} pairs in ${folders.a} and ${folders.b}`);
}
