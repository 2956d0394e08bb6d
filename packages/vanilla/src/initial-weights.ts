import { type Initializer, uniformInitializer, xavierInitializer } from "@gan/core";

/**
 * How layers without norms begin: uniform within plus and minus `range`, or in Glorot's range, which keeps the size of
 * what passes through. N(0, 0.02²), as convolutional GANs begin under batch norm, would leave pictures all alike here.
 */
export const chooseInitialWeights = (range: number | undefined): Initializer =>
  range === undefined ? xavierInitializer() : uniformInitializer(-range, range);
