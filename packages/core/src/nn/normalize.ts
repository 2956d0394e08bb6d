import { add, customGrad, mul, reshape, rsqrt, square, sub, type Tensor } from "@tensorflow/tfjs-core";

/** How a normalisation is done. */
export interface NormalizeOptions {
  /** Means over what is normalised together, in a shape that broadcasts with x. */
  average(x: Tensor): Tensor;
  /** Added to the variance. */
  epsilon: number;
  /** Scale and shift, a number for each channel: where averages are over everything but channels. */
  affine?: { gamma: Tensor; beta: Tensor } | undefined;
}

/** A normalised tensor and the moments it was normalised by, in the averages' shape. */
export interface Normalized<T extends Tensor> {
  y: T;
  mean: Tensor;
  variance: Tensor;
}

/**
 * x̂ = (x - μ) / √(σ² + ε), then γ x̂ + β where there are γ and β.
 *
 * Its gradient is written as a whole, `γ / √(σ² + ε) · (dy - avg(dy) - x̂ avg(dy x̂))`, a third of the operations that
 * go back through the moments one by one. The moments that it is made of are functions of x, so it has a gradient itself.
 */
export function normalize<T extends Tensor>(x: T, options: NormalizeOptions): Normalized<T> {
  const { average, epsilon, affine } = options;
  const mean = average(x);
  const variance = average(square(sub(x, mean)));
  const scale = rsqrt(add(variance, epsilon));
  const y = affine
    ? normalizeAffine(x, affine, { average, mean, scale })
    : normalizeOnly(x, { average, mean, scale });
  return { y: y as T, mean, variance };
}

/** What is known when the output is computed. */
interface Known extends Pick<NormalizeOptions, "average"> {
  mean: Tensor;
  /** 1 / √(σ² + ε) */
  scale: Tensor;
}

type Save = (tensors: Tensor[]) => void;

function normalizeOnly(input: Tensor, { average, mean, scale }: Known): Tensor {
  return customGrad((...[x, save]: (Tensor | Save)[]) => {
    (save as Save)([x as Tensor, mean, scale]);
    return {
      value: mul(sub(x as Tensor, mean), scale),
      gradFunc: (dy: Tensor, saved: Tensor[]) => backward(dy, average, saved).dx,
    };
  })(input);
}

function normalizeAffine(
  input: Tensor,
  affine: { gamma: Tensor; beta: Tensor },
  { average, mean, scale }: Known,
): Tensor {
  return customGrad((...[x, gamma, beta, save]: (Tensor | Save)[]) => {
    (save as Save)([x as Tensor, mean, scale, gamma as Tensor]);
    return {
      value: add(mul(sub(x as Tensor, mean), mul(scale, gamma as Tensor)), beta as Tensor),
      gradFunc(dy: Tensor, saved: Tensor[]) {
        const { dx, ofShift, ofScale } = backward(dy, average, saved);
        const { shape } = saved[3] as Tensor;
        const count = dy.size / (saved[3] as Tensor).size;
        return [dx, ...[ofScale, ofShift].map((averaged) => reshape(mul(averaged, count), shape))];
      },
    };
  })(input, affine.gamma, affine.beta);
}

/** The gradient of x, and the averages of dy x̂ and dy, of which it consists. */
function backward(dy: Tensor, average: (x: Tensor) => Tensor, saved: Tensor[]) {
  const [x, mean, scale, gamma] = saved as [Tensor, Tensor, Tensor, Tensor | undefined];
  const normal = mul(sub(x, mean), scale);
  const ofScale = average(mul(dy, normal));
  const ofShift = average(dy);
  const centred = sub(sub(dy, ofShift), mul(normal, ofScale));
  return { dx: mul(centred, gamma ? mul(scale, gamma) : scale), ofShift, ofScale };
}
