import { foldBatchNorm } from "./fold-batch-norm.js";
import { requireTensor, type WeightTensor, type WeightTensors } from "./weight-tensors.js";

/** A file of weights as PyTorch names and lays them out. */
export interface TorchSource {
  tensors: WeightTensors;
  /** What to call it in errors. */
  source: string;
}

/** A convolution's size: [out, in / groups, height, width]. */
type FilterShape = readonly [number, number, number, number];

/**
 * A convolution's weight, [out, in, height, width] → [height, width, in, out].
 *
 * @throws DataError when it is absent or of another shape, as all that follow.
 */
export function readTorchFilter(
  { tensors, source }: TorchSource,
  name: string,
  shape: FilterShape,
): WeightTensor {
  const { values } = requireTensor(tensors, name, source, shape);
  const [outputs, inputs, height, width] = shape;
  const moved = new Float32Array(values.length);
  for (let output = 0; output < outputs; output++) {
    for (let input = 0; input < inputs; input++) {
      const from = (output * inputs + input) * height * width;
      for (let place = 0; place < height * width; place++) {
        moved[(place * inputs + input) * outputs + output] = values[from + place] as number;
      }
    }
  }
  return { shape: [height, width, inputs, outputs], values: moved };
}

/** A dense layer's weight, [out, in] → [in, out]. */
export function readTorchMatrix(
  file: TorchSource,
  name: string,
  outputs: number,
  inputs: number,
): WeightTensor {
  const { tensors, source } = file;
  const { values } = requireTensor(tensors, name, source, [outputs, inputs]);
  const moved = new Float32Array(values.length);
  for (let output = 0; output < outputs; output++) {
    for (let input = 0; input < inputs; input++) {
      moved[input * outputs + output] = values[output * inputs + input] as number;
    }
  }
  return { shape: [inputs, outputs], values: moved };
}

/** A convolution and the batch norm behind it, as one. */
export function readNormedConvolution(
  file: TorchSource,
  names: { filter: string; norm: string },
  shape: FilterShape,
  epsilon: number,
): { weight: WeightTensor; bias: WeightTensor } {
  const { tensors, source } = file;
  const [outputs] = shape;
  const read = (name: string) => requireTensor(tensors, `${names.norm}.${name}`, source, [outputs]).values;
  return foldBatchNorm(readTorchFilter(file, names.filter, shape), {
    gamma: read("weight"),
    beta: read("bias"),
    mean: read("running_mean"),
    variance: read("running_var"),
    epsilon,
  });
}
