import type { TensorSpec } from "../graph/types.js";
import { defineKernel, type KernelSpec, single } from "./kernel.js";
import { spatially } from "./spatial.js";

const flipLeftRight = defineKernel({
  name: "FlipLeftRight",
  inputs: ["image"],
  infer: ({ image }: { readonly image: TensorSpec }) => single(image, {}),
  lower(graph, { image }) {
    const width = image.shape[2] as number;
    return spatially(graph, image, (rows) => graph.slice(rows, [2], [width - 1], [-1], [-1]));
  },
});

export const imageKernels: readonly KernelSpec[] = [flipLeftRight];
