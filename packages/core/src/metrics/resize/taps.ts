/** Which inputs along one axis make each output, and with which weights. */
export interface Taps {
  /** First input of each output. */
  starts: Int32Array;
  /** Inputs of every output; unused weights at the end are 0. */
  count: number;
  /** [outputs, count] */
  weights: Float64Array;
}

/** Catmull-Rom's cubic (a = -1/2), which is 0 from 2 on: what PIL calls bicubic. */
function cubic(distance: number): number {
  const x = Math.abs(distance);
  if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
  return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
}

/**
 * Bicubic taps whose support grows with the reduction, so that nothing aliases: PIL's. Near the borders
 * the weights of what is there are scaled to 1.
 */
export function createBicubicTaps(inputs: number, outputs: number): Taps {
  const scale = inputs / outputs;
  const stretch = Math.max(1, scale);
  const support = 2 * stretch;
  const count = 2 * Math.ceil(support) + 1;
  const starts = new Int32Array(outputs);
  const weights = new Float64Array(outputs * count);
  for (let output = 0; output < outputs; output++) {
    const centre = (output + 0.5) * scale;
    const start = Math.max(0, Math.trunc(centre - support + 0.5));
    const end = Math.min(inputs, Math.trunc(centre + support + 0.5));
    starts[output] = start;
    let total = 0;
    for (let input = start; input < end; input++) {
      const weight = cubic((input - centre + 0.5) / stretch);
      weights[output * count + input - start] = weight;
      total += weight;
    }
    for (let tap = 0; tap < count; tap++) {
      weights[output * count + tap] = (weights[output * count + tap] as number) / total;
    }
  }
  return { starts, count, weights };
}

/**
 * Two taps a place, whatever the reduction, with half-pixel centres: PyTorch's `interpolate` with
 * `mode="bilinear", align_corners=False`.
 */
export function createBilinearTaps(inputs: number, outputs: number): Taps {
  const scale = Math.fround(inputs / outputs); // places are float32 there
  const starts = new Int32Array(outputs);
  const weights = new Float64Array(outputs * 2);
  for (let output = 0; output < outputs; output++) {
    const place = Math.max(0, Math.fround(Math.fround((output + 0.5) * scale) - 0.5));
    const start = Math.min(Math.floor(place), inputs - 1);
    const share = start + 1 < inputs ? place - start : 0;
    starts[output] = start;
    weights[output * 2] = 1 - share;
    weights[output * 2 + 1] = share;
  }
  return { starts, count: 2, weights };
}
