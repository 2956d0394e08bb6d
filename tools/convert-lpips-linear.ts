/**
 * Makes core's weights/lpips-linear.safetensors from the linear layers that PyPI's lpips 0.1.4 carries.
 *
 *     pip download --no-deps lpips==0.1.4     # and unzip it
 *     tsx tools/convert-lpips-linear.ts lpips/weights/v0.1
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { encodeSafetensors, type HostTensor } from "../packages/core/src/checkpoint/index.js";
import { comparedChannels } from "../packages/core/src/metrics/networks/perceptual-backbones.js";
import { requireTensor } from "../packages/core/src/metrics/networks/weight-tensors.js";
import { readTorchWeights } from "../packages/core/src/node/torch/read-torch-weights.js";

const folder = process.argv[2] ?? "";
const converted = new Map<string, HostTensor>();
for (const [name, file] of [
  ["alex", "alex.pth"],
  ["vgg16", "vgg.pth"],
] as const) {
  const path = join(folder, file);
  const tensors = await readTorchWeights(await readFile(path), path);
  for (const [layer, channels] of comparedChannels(name).entries()) {
    const { values } = requireTensor(tensors, `lin${layer}.model.1.weight`, path, [1, channels, 1, 1]);
    converted.set(`${name}.${layer}`, { shape: [channels], values });
  }
}
const target = new URL("../packages/core/weights/lpips-linear.safetensors", import.meta.url);
await writeFile(target, encodeSafetensors(converted, { source: "lpips 0.1.4", licence: "BSD-2-Clause" }));
