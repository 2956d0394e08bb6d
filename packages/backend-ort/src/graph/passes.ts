/**
 * What is done to a graph while it is written, each of which can be left out to see what it gains:
 * `pnpm --filter @gan/backend-ort bench:passes`.
 */
export const PASSES = {
  sharing: "equal nodes are one node",
  blocked: "images in ONNX Runtime's blocked layout instead of NCHW",
  symbolic: "sums of images with one factor per channel are combined before they are written (batch norm)",
  phases: "an input gradient with a stride as convolutions without one, interleaved, instead of scattering",
  batch: "a weight gradient as a blocked convolution in which the batch takes the channels' place",
  products: "convolutions of few pixels, or of channels that fill no blocks, as products of gathered patches",
  joined: "channels joined or taken apart stay in the layout of images, or are convolved part by part",
  folds: "sums of moved pixels of one image (the gradient of mirror padding) are made in one pass",
  narrow: "a convolution with a stride and a narrow output as a sum of convolutions without one",
  moves: "sums are taken before transposes instead of after",
  joining: "alike updates of small variables (Adam, averages, running statistics) are one, of vectors",
  sums: "matrix products and convolutions add what is added to them",
  biases: "convolutions add the bias that follows them",
  layouts: "filters and their moments are kept between steps in blocks, as their gradients come",
  activations: "convolutions apply the activation that follows",
} as const;

/** The name of a pass over a graph. */
export type Pass = keyof typeof PASSES;
