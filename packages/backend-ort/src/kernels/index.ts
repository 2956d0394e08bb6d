import { batchNormKernels } from "./batch-norm.js";
import { binaryKernels } from "./binary.js";
import { compareKernels } from "./compare.js";
import { convolution3dKernels } from "./conv3d.js";
import { convolutionKernels } from "./convolution.js";
import { cumulativeKernels } from "./cumulative.js";
import { depthwiseKernels } from "./depthwise.js";
import { einsumKernels } from "./einsum.js";
import { gatherKernels } from "./gather.js";
import { imageKernels } from "./image.js";
import { joinKernels } from "./join.js";
import type { KernelSpec } from "./kernel.js";
import { lrnKernels } from "./lrn.js";
import { matmulKernels } from "./matmul.js";
import { nonlinearityKernels } from "./nonlinearities.js";
import { padKernels } from "./pad.js";
import { poolingKernels } from "./pooling.js";
import { reduceKernels } from "./reduce.js";
import { resizeKernels } from "./resize.js";
import { scatterKernels } from "./scatter.js";
import { selectKernels } from "./select.js";
import { shapeKernels } from "./shape.js";
import { sliceKernels } from "./slice.js";
import { trigonometryKernels } from "./trigonometry.js";
import { unaryKernels } from "./unary.js";

/** Every kernel that compiles to ONNX; all others run as tfjs-backend-cpu has them. */
export const loweredKernels: readonly KernelSpec[] = [
  ...unaryKernels,
  ...trigonometryKernels,
  ...nonlinearityKernels,
  ...binaryKernels,
  ...compareKernels,
  ...selectKernels,
  ...reduceKernels,
  ...cumulativeKernels,
  ...joinKernels,
  ...sliceKernels,
  ...shapeKernels,
  ...gatherKernels,
  ...scatterKernels,
  ...matmulKernels,
  ...einsumKernels,
  ...convolutionKernels,
  ...convolution3dKernels,
  ...depthwiseKernels,
  ...poolingKernels,
  ...batchNormKernels,
  ...padKernels,
  ...imageKernels,
  ...resizeKernels,
  ...lrnKernels,
];
