/** A convolution without bias, its batch norm and ReLU. */
export interface InceptionConvolution {
  /** As in the file of weights, below its block's name. */
  readonly name: string;
  readonly outputs: number;
  /** Height and width. */
  readonly kernel: readonly [number, number];
  /** In a block: 1 with `same` padding, 2 without any. */
  readonly stride: 1 | 2;
}

/** One of the paths through a block, whose results are laid side by side. */
export interface InceptionBranch {
  /** What comes first: the mean or maximum of 3 × 3 pixels, or that of every second place. */
  readonly pool?: "mean" | "maximum" | "halving";
  readonly chain: readonly InceptionConvolution[];
  /** What goes on side by side at the end of the chain. */
  readonly fork?: readonly InceptionConvolution[];
}

type Kernel = 1 | 3 | 5 | readonly [number, number];

const convolution = (
  name: string,
  outputs: number,
  kernel: Kernel = 1,
  stride: 1 | 2 = 1,
): InceptionConvolution => ({
  name,
  outputs,
  kernel: typeof kernel === "number" ? [kernel, kernel] : kernel,
  stride,
});

const wide = [1, 7] as const;
const tall = [7, 1] as const;

/** 35 × 35 pixels. */
const blockA = (poolOutputs: number): InceptionBranch[] => [
  { chain: [convolution("branch1x1", 64)] },
  { chain: [convolution("branch5x5_1", 48), convolution("branch5x5_2", 64, 5)] },
  {
    chain: [
      convolution("branch3x3dbl_1", 64),
      convolution("branch3x3dbl_2", 96, 3),
      convolution("branch3x3dbl_3", 96, 3),
    ],
  },
  { pool: "mean", chain: [convolution("branch_pool", poolOutputs)] },
];

/** 35 × 35 to 17 × 17 pixels. */
const blockB: readonly InceptionBranch[] = [
  { chain: [convolution("branch3x3", 384, 3, 2)] },
  {
    chain: [
      convolution("branch3x3dbl_1", 64),
      convolution("branch3x3dbl_2", 96, 3),
      convolution("branch3x3dbl_3", 96, 3, 2),
    ],
  },
  { pool: "halving", chain: [] },
];

/** 17 × 17 pixels. */
const blockC = (inner: number): InceptionBranch[] => [
  { chain: [convolution("branch1x1", 192)] },
  {
    chain: [
      convolution("branch7x7_1", inner),
      convolution("branch7x7_2", inner, wide),
      convolution("branch7x7_3", 192, tall),
    ],
  },
  {
    chain: [
      convolution("branch7x7dbl_1", inner),
      convolution("branch7x7dbl_2", inner, tall),
      convolution("branch7x7dbl_3", inner, wide),
      convolution("branch7x7dbl_4", inner, tall),
      convolution("branch7x7dbl_5", 192, wide),
    ],
  },
  { pool: "mean", chain: [convolution("branch_pool", 192)] },
];

/** 17 × 17 to 8 × 8 pixels. */
const blockD: readonly InceptionBranch[] = [
  { chain: [convolution("branch3x3_1", 192), convolution("branch3x3_2", 320, 3, 2)] },
  {
    chain: [
      convolution("branch7x7x3_1", 192),
      convolution("branch7x7x3_2", 192, wide),
      convolution("branch7x7x3_3", 192, tall),
      convolution("branch7x7x3_4", 192, 3, 2),
    ],
  },
  { pool: "halving", chain: [] },
];

/** 8 × 8 pixels. */
const blockE = (pool: "mean" | "maximum"): InceptionBranch[] => [
  { chain: [convolution("branch1x1", 320)] },
  {
    chain: [convolution("branch3x3_1", 384)],
    fork: [convolution("branch3x3_2a", 384, [1, 3]), convolution("branch3x3_2b", 384, [3, 1])],
  },
  {
    chain: [convolution("branch3x3dbl_1", 448), convolution("branch3x3dbl_2", 384, 3)],
    fork: [convolution("branch3x3dbl_3a", 384, [1, 3]), convolution("branch3x3dbl_3b", 384, [3, 1])],
  },
  { pool, chain: [convolution("branch_pool", 192)] },
];

/** The convolutions before the first block: no padding but for the third, which has `same`. */
export const inceptionStem = {
  first: [
    { ...convolution("Conv2d_1a_3x3", 32, 3, 2), padding: "valid" },
    { ...convolution("Conv2d_2a_3x3", 32, 3), padding: "valid" },
    { ...convolution("Conv2d_2b_3x3", 64, 3), padding: "same" },
  ],
  second: [
    { ...convolution("Conv2d_3b_1x1", 80), padding: "valid" },
    { ...convolution("Conv2d_4a_3x3", 192, 3), padding: "valid" },
  ],
} as const;

/**
 * The blocks of Inception v3 as TensorFlow published it on 2015-12-05 (Szegedy et al. 2016), in order. The
 * last one takes a maximum where the paper has a mean; every FID depends on it.
 */
export const inceptionBlocks: readonly { name: string; branches: readonly InceptionBranch[] }[] = [
  { name: "Mixed_5b", branches: blockA(32) },
  { name: "Mixed_5c", branches: blockA(64) },
  { name: "Mixed_5d", branches: blockA(64) },
  { name: "Mixed_6a", branches: blockB },
  { name: "Mixed_6b", branches: blockC(128) },
  { name: "Mixed_6c", branches: blockC(160) },
  { name: "Mixed_6d", branches: blockC(160) },
  { name: "Mixed_6e", branches: blockC(192) },
  { name: "Mixed_7a", branches: blockD },
  { name: "Mixed_7b", branches: blockE("mean") },
  { name: "Mixed_7c", branches: blockE("maximum") },
];
