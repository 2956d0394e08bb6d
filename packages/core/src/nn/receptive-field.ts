/** A convolution's sizes, in pixels. */
export interface ConvolutionSize {
  /** Side of the kernel in pixels. */
  kernelSize: number;
  /** Pixels from one place to the next. */
  stride: number;
}

/**
 * Side in pixels of what one output of a chain of convolutions sees: from the last layer to the first,
 * `r ← (r - 1) · stride + kernelSize`, from r = 1.
 *
 * @param layers First to last.
 */
export function computeReceptiveField(layers: readonly ConvolutionSize[]): number {
  return layers.reduceRight((field, { kernelSize, stride }) => (field - 1) * stride + kernelSize, 1);
}
