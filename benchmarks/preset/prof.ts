import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { configure, explain } from "@gan/backend-ort";
import { createDcgan, dataSchema, imageBatches, Random, Trainer } from "@gan/dcgan";
import { openDataset, openImages } from "@gan/dcgan/node";
import { dispose, ready, setBackend } from "@tensorflow/tfjs-core";

const folder = dirname(createRequire(import.meta.url).resolve("@gan/dcgan/package.json"));
const preset = JSON.parse(readFileSync(join(folder, "configs", `mnist-32.json`), "utf8"));
const prof = mkdtempSync("/tmp/prof-");
configure({ threads: Number(process.env.THREADS ?? 0), profileFolder: prof });
await setBackend("ort");
await ready();
const images = await openImages(dataSchema.parse(preset.data), {
  imageSize: 32,
  channels: 1,
  openNamed: openDataset,
});
const data = imageBatches(images, { batchSize: 32, imageSize: 32, random: new Random(1) });
const trainer = new Trainer(createDcgan({ ...preset.model, seed: 1 }), new Random(1));
let n = 0;
const N = 60;
for await (const batch of data.batches(0)) {
  trainer.step(batch, 32);
  dispose(batch);
  if (++n === N) break;
}
const g = explain().graphs.find(({ name }) => name === "dcgan step");
console.log(g?.nodes);
(trainer as any).dispose?.();
process.on("exit", () => {
  const byOp = new Map<string, [number, number]>();
  const byKernel = new Map<string, [number, number]>();
  for (const f of readdirSync(prof)) {
    if (!readFileSync(join(prof, f), "utf8").trim()) continue;
    const evs = JSON.parse(readFileSync(join(prof, f), "utf8").replace(/,?\s*\]?\s*$/, "]"));
    const k = evs.filter((e: any) => e.cat === "Node" && e.name.endsWith("_kernel_time"));
    if (k.length < N * 500) continue;
    for (const e of k) {
      const add = (m: Map<string, [number, number]>, key: string) => {
        const o = m.get(key) ?? [0, 0];
        o[0] += e.dur;
        o[1]++;
        m.set(key, o);
      };
      add(byOp, e.args.op_name);
      add(byKernel, e.name.replace(/_kernel_time$/, "").replace(/\d+/g, "#") + " " + e.args.op_name);
    }
  }
  for (const m of [byOp, byKernel]) {
    let sum = 0;
    for (const v of m.values()) sum += v[0];
    console.log("total ms", sum / 1000 / N);
    for (const [k, [d, c]] of [...m].sort((a, b) => b[1][0] - a[1][0]).slice(0, 40))
      console.log((d / 1000 / N).toFixed(3), (c / N).toFixed(0), k);
  }
});
