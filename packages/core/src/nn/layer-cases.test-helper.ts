import { readFileSync } from "node:fs";
import { add, mul, square, type Tensor, type Tensor2D, type Tensor4D, tensor } from "@tensorflow/tfjs-core";
import { Random } from "../random/index.js";
import { BatchNorm } from "./batch-norm.js";
import type { Condition } from "./condition.js";
import { ConditionalBatchNorm } from "./conditional-batch-norm.js";
import { ConvTranspose2d } from "./conv-transpose2d.js";
import { Conv2d } from "./conv2d.js";
import { Dense } from "./dense.js";
import { dropout } from "./dropout.js";
import { Embedding } from "./embedding.js";
import { firBlur, firDownsample, firUpsample } from "./fir.js";
import type { ForwardContext } from "./forward-context.js";
import { GroupNorm, InstanceNorm, LayerNorm } from "./group-norm.js";
import { MinibatchDiscrimination } from "./minibatch-discrimination.js";
import { minibatchStandardDeviation } from "./minibatch-standard-deviation.js";
import { ModulatedConv2d } from "./modulated-conv2d.js";
import type { Module } from "./module.js";
import { NoiseInjection } from "./noise-injection.js";
import { pixelNorm } from "./pixel-norm.js";
import { downsampleBox, upsampleBilinear, upsampleNearest } from "./resample.js";
import { SelfAttention } from "./self-attention.js";

/** A tensor as fixtures/nn/nn.json stores it. */
interface StoredTensor {
  shape: number[];
  values: number[];
}

/** What PyTorch computed: see fixtures/nn/make-nn-fixture.py. */
export interface StoredCase {
  inputs: Record<string, StoredTensor>;
  parameters: Record<string, StoredTensor>;
  buffers: Record<string, StoredTensor>;
  constants: Record<string, StoredTensor>;
  weights: StoredTensor;
  output: StoredTensor;
  gradients: Record<string, StoredTensor>;
  after: Record<string, StoredTensor>;
}

/** Tensors by their names in the fixture. */
export interface Given {
  x: Tensor4D;
  /** x of layers between vectors. */
  rows: Tensor2D;
  style: Tensor2D;
  labels: Condition;
}

export interface LayerCase {
  create?: () => Module;
  forward: (given: Given, ctx: ForwardContext, module: Module) => Tensor;
}

export const storedCases: Readonly<Record<string, StoredCase>> = JSON.parse(
  readFileSync(new URL("../../fixtures/nn/nn.json", import.meta.url), "utf8"),
);

/** Belongs to the caller. */
export const unpack = ({ shape, values }: StoredTensor, dtype: "float32" | "int32" = "float32"): Tensor =>
  tensor(values, shape, dtype);

function layer<M extends Module>(
  create: () => M,
  forward: (module: M, given: Given, ctx: ForwardContext) => Tensor,
): LayerCase {
  return { create, forward: (given, ctx, module) => forward(module as M, given, ctx) };
}
const operation = (forward: LayerCase["forward"]): LayerCase => ({ forward });

const random = new Random(1);
const convolution = { inputs: 2, outputs: 3, random };
const images = (
  module: { forward(x: Tensor4D, ctx: ForwardContext): Tensor },
  { x }: Given,
  ctx: ForwardContext,
) => module.forward(x, ctx);
const rows = (
  module: { forward(x: Tensor2D, ctx: ForwardContext): Tensor },
  given: Given,
  ctx: ForwardContext,
) => module.forward(given.rows, ctx);
/** Two passes, so that the second sees what the first left in the buffers. */
const twice =
  <M>(forward: (module: M, given: Given, ctx: ForwardContext) => Tensor) =>
  (module: M, given: Given, ctx: ForwardContext) => {
    const squared = { ...given, x: square(given.x), rows: square(given.rows) };
    return add(forward(module, given, ctx), mul(forward(module, squared, ctx), 2));
  };
const modulated = { styleSize: 4, ...convolution };

/** The layers that the cases of nn.json describe, by the same names. */
export const layerCases: Readonly<Record<string, LayerCase>> = {
  "convolution, padding 1": layer(() => new Conv2d({ ...convolution, kernelSize: 4, padding: 1 }), images),
  "convolution, reflect": layer(
    () => new Conv2d({ ...convolution, kernelSize: 3, stride: 2, padding: "reflect" }),
    images,
  ),
  "transposed convolution, padding 1, output padding 1": layer(
    () =>
      new ConvTranspose2d({
        inputs: 3,
        outputs: 2,
        kernelSize: 3,
        stride: 2,
        padding: 1,
        outputPadding: 1,
        random,
      }),
    images,
  ),
  "equalised dense": layer(
    () =>
      new Dense({
        inputs: 4,
        outputs: 2,
        random,
        equalized: { gain: Math.SQRT2, learningRateMultiplier: 0.01 },
      }),
    rows,
  ),
  "equalised convolution": layer(
    () => new Conv2d({ inputs: 2, outputs: 2, kernelSize: 3, random, equalized: { gain: Math.SQRT2 } }),
    images,
  ),
  "spectral norm, dense": layer(
    () => new Dense({ inputs: 4, outputs: 3, random, bias: false, spectralNorm: true }),
    twice(rows),
  ),
  "spectral norm, convolution": layer(
    () => new Conv2d({ ...convolution, kernelSize: 3, bias: false, spectralNorm: true }),
    twice(images),
  ),
  "spectral norm, transposed convolution": layer(
    () =>
      new ConvTranspose2d({
        inputs: 3,
        outputs: 2,
        kernelSize: 4,
        stride: 2,
        random,
        bias: false,
        spectralNorm: true,
      }),
    twice(images),
  ),
  "batch norm": layer(() => new BatchNorm({ channels: 3, random }), images),
  "conditional batch norm": layer(
    () => new ConditionalBatchNorm({ channels: 2, conditionSize: 4, random }),
    (module, { x, labels }, ctx) => module.forward(x, labels, ctx),
  ),
  "instance norm": layer(() => new InstanceNorm({ channels: 2 }), images),
  "instance norm, affine": layer(() => new InstanceNorm({ channels: 3, affine: true }), images),
  "group norm": layer(() => new GroupNorm({ channels: 6, groups: 2 }), images),
  "layer norm of features": layer(() => new LayerNorm({ channels: 5 }), rows),
  "pixel norm": operation(({ x }) => pixelNorm(x)),
  embedding: layer(
    () => new Embedding({ classes: 4, features: 3, random }),
    (module, { labels }) => module.forward(labels),
  ),
  dropout: operation(({ x }, ctx) => dropout(x, ctx, { rate: 0.3 })),
  "noise injection": layer(() => new NoiseInjection({ channels: 2 }), images),
  "nearest up": operation(({ x }) => upsampleNearest(x)),
  "bilinear up": operation(({ x }) => upsampleBilinear(x)),
  "box down": operation(({ x }) => downsampleBox(x)),
  "FIR up": operation(({ x }) => firUpsample(x)),
  "FIR down": operation(({ x }) => firDownsample(x)),
  "FIR blur": operation(({ x }) => firBlur(x, 2)),
  "modulated convolution": layer(
    () => new ModulatedConv2d({ ...modulated, kernelSize: 3 }),
    (module, { x, style }) => module.forward(x, style),
  ),
  "modulated convolution to a picture": layer(
    () => new ModulatedConv2d({ ...modulated, kernelSize: 1, demodulate: false }),
    (module, { x, style }) => module.forward(x, style),
  ),
  "modulated convolution, up": layer(
    () => new ModulatedConv2d({ ...modulated, kernelSize: 3, upsample: true }),
    (module, { x, style }) => module.forward(x, style),
  ),
  "self-attention": layer(() => new SelfAttention({ channels: 8, random }), images),
  "minibatch standard deviation": operation(({ x }) => minibatchStandardDeviation(x)),
  "minibatch discrimination": layer(
    () => new MinibatchDiscrimination({ inputs: 4, outputs: 3, dimensions: 2, random }),
    rows,
  ),
};
