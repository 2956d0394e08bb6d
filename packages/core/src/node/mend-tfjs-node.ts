import {
  getKernel,
  type KernelConfig,
  type KernelFunc,
  type NamedTensorInfoMap,
  registerKernel,
  type Tensor,
  type TensorInfo,
} from "@tensorflow/tfjs-core";

type Sides = readonly [top: number, bottom: number, left: number, right: number];
type Kernel = Parameters<KernelFunc>[0];

/** What a call needs to be made without padding: attributes for it, and whether its result has a border to cut off. */
interface Plan {
  /** The input that gets the border. */
  padded?: string;
  attributes?: (attributes: Kernel["attrs"], sides: Sides) => object;
  cut?: boolean;
}

/** An input's shape with the border. */
const addBorder = (attributes: Kernel["attrs"], [top, bottom, left, right]: Sides) => {
  const [batch, height, width, channels] = readInputShape(attributes);
  return { inputShape: [batch, height + top + bottom, width + left + right, channels] };
};

const readInputShape = (attributes: Kernel["attrs"]) =>
  (attributes as unknown as { inputShape: [number, number, number, number] }).inputShape;

/** tfjs-node's kernels that refuse padding by numbers, or take TensorFlow's name for it without the numbers. */
const plans: Readonly<Record<string, Plan>> = {
  Conv2D: { padded: "x" },
  Conv2DBackpropFilter: { padded: "x" },
  Conv2DBackpropInput: { attributes: addBorder, cut: true },
  FusedConv2D: { padded: "x" },
  DepthwiseConv2dNative: { padded: "x" },
  FusedDepthwiseConv2D: { padded: "x" },
  DepthwiseConv2dNativeBackpropFilter: { padded: "x" },
  DepthwiseConv2dNativeBackpropInput: { attributes: addBorder, cut: true },
};

/** Marks a kernel that was mended. */
const mended = new WeakSet<KernelFunc>();

/**
 * Gives tfjs-node's convolutions of pictures padding by numbers, which tfjs's other backends have: a border of zeros is
 * added or cut off around a call without padding. Doing it twice changes nothing.
 */
export function mendTfjsNode(): void {
  for (const [kernelName, plan] of Object.entries(plans)) {
    const original = getKernel(kernelName, "tensorflow");
    if (original === undefined || mended.has(original.kernelFunc)) continue;
    const kernelFunc: KernelFunc = (call) => {
      const sides = readSides(call.attrs);
      return sides === undefined ? original.kernelFunc(call) : runPlan(original, plan, call, sides);
    };
    mended.add(kernelFunc);
    registerKernel({ ...original, kernelFunc });
  }
}

/** Undefined where padding goes by a name. Batches are NHWC here: the other layout keeps tfjs-node's own answer. */
function readSides(attributes: Kernel["attrs"]): Sides | undefined {
  const { pad, dataFormat = "NHWC" } = (attributes ?? {}) as { pad?: unknown; dataFormat?: string };
  if (dataFormat !== "NHWC") return undefined;
  if (typeof pad === "number") return [pad, pad, pad, pad];
  if (!Array.isArray(pad)) return undefined;
  const [, [top, bottom], [left, right]] = pad as [unknown, [number, number], [number, number]];
  return [top, bottom, left, right];
}

function runPlan(
  { kernelFunc }: KernelConfig,
  { padded, attributes, cut }: Plan,
  { inputs, attrs, backend }: Kernel,
  sides: Sides,
): TensorInfo {
  const [top, bottom, left, right] = sides;
  const run = (name: string, given: NamedTensorInfoMap, settings: object) =>
    (getKernel(name, "tensorflow") as KernelConfig).kernelFunc({
      inputs: given,
      backend,
      attrs: settings as Kernel["attrs"],
    } as Kernel) as TensorInfo;
  const paddings = [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ];
  const x = padded === undefined ? undefined : (inputs[padded] as TensorInfo);
  const border = x && run("PadV2", { x }, { paddings, constantValue: 0 });
  const settings = { ...attrs, ...attributes?.(attrs, sides), pad: "valid" } as unknown as Kernel["attrs"];
  const given = border === undefined ? inputs : { ...inputs, [padded as string]: border };
  const result = kernelFunc({ inputs: given, backend, attrs: settings } as Kernel) as TensorInfo;
  free(border);
  if (!cut) return result;
  const inner = run("Slice", { x: result }, { begin: [0, top, left, 0], size: readInputShape(attrs) });
  free(result);
  return inner;
}

/** tfjs-node's kernels make tensors that tfjs counts. */
const free = (tensor: TensorInfo | undefined) => (tensor as Tensor | undefined)?.dispose();
