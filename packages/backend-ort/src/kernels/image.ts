import type { TensorSpec } from "../graph/types.js";
import { defineKernel, type KernelSpec, single } from "./kernel.js";

const flipLeftRight = defineKernel({
  name: "FlipLeftRight",
  inputs: ["image"],
  infer: ({ image }: { readonly image: TensorSpec }) => single(image, {}),
  lower(graph, { image }) {
    const width = image.shape[2] as number;
    return graph.slice(image, [2], [width - 1], [-1], [-1]);
  },
});

export const imageKernels: readonly KernelSpec[] = [flipLeftRight];
