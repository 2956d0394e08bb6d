/**
 * Trains ours and PyTorch on the same pictures, for as many images, with the same networks and settings, and measures
 * what both make with our metrics and the same extractor:
 *
 *     pnpm --filter @gan/benchmarks bench:quality --case cgan-mnist-32 [--seeds 1,2,3] [--images 30000]
 *         [--frameworks ours,torch] [--threads 1] [--work FOLDER] [--json results/quality.json]
 *
 * A row for each framework and seed is added as it ends, and rows that are there are not made again. Samples of each
 * seed are drawn into the working folder as FRAMEWORK-SEED.png.
 */
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import "@gan/backend-ort";
import { fromPixelImages } from "@gan/core";
import { loadExtractor, writeGrid } from "@gan/core/node";
import { ready, setBackend } from "@tensorflow/tfjs-core";
import { findVariant, loadBench } from "../variants/find-variants.js";
import { listQualityCases } from "./cases.js";
import { createMeasure } from "./measure-pictures.js";
import { openCase } from "./open-case.js";
import { addQualityRow, qualityFile, readQualityRows } from "./rows.js";
import { type Trained, trainOurs, trainPeer } from "./train.js";
import { writeData } from "./write-data.js";

const { values } = parseArgs({
  options: {
    case: { type: "string" },
    seeds: { type: "string", default: "1,2,3" },
    images: { type: "string" },
    frameworks: { type: "string", default: "ours,torch" },
    threads: { type: "string", default: "1" },
    work: { type: "string", default: join(tmpdir(), "gan-quality") },
    json: { type: "string", default: qualityFile },
  },
});

const qualityCases = await listQualityCases();
const chosen = qualityCases.find(({ name }) => name === values.case);
if (chosen === undefined) {
  throw new RangeError(
    `--case must be one of ${qualityCases.map(({ name }) => name).join(", ")}, got ${values.case}`,
  );
}
const images = values.images === undefined ? chosen.images : Number(values.images);
const python =
  process.env.GAN_PEER_TORCH ?? fileURLToPath(new URL("../peers/.venv/torch/bin/python", import.meta.url));
const wanted = values.seeds
  .split(",")
  .flatMap((seed) => values.frameworks.split(",").map((framework) => ({ seed: Number(seed), framework })));
const missing = wanted.filter(
  ({ seed, framework }) =>
    !readQualityRows(values.json).some(
      (row) =>
        row.case === chosen.name && row.framework === framework && row.seed === seed && row.images === images,
    ),
);
if (missing.length > 0) {
  await setBackend("ort");
  await ready();
  const bench = await loadBench(findVariant(chosen.gan));
  const opened = await openCase(bench, chosen);
  const folder = join(values.work, chosen.name);
  writeData(join(folder, "data"), opened);
  const extractor = await loadExtractor(chosen.extractor);
  const measure = await createMeasure(chosen, opened, extractor);
  for (const { seed, framework } of missing) {
    const request = { bench, case: chosen, opened, folder, seed, images, threads: Number(values.threads) };
    const { version, seconds, device, pictures }: Trained =
      framework === "ours" ? await trainOurs(request) : await trainPeer(python, request);
    const figures = await measure(pictures);
    const grid = fromPixelImages(pictures.slice(0, 100));
    await writeGrid(join(folder, `${framework}-${seed}.png`), grid, 10);
    grid.dispose();
    const row = {
      case: chosen.name,
      framework,
      seed,
      images,
      version,
      extractor: extractor.name,
      figures,
      seconds,
      ...(device !== undefined && { device }),
    };
    addQualityRow(values.json, row);
    console.log(JSON.stringify(row));
  }
  extractor.dispose();
}
console.table(
  readQualityRows(values.json)
    .filter((row) => row.case === chosen.name && row.images === images)
    .map(({ framework, seed, figures, seconds }) => ({ framework, seed, ...figures, seconds })),
);
