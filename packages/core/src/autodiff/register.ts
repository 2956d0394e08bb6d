import { type NamedAttrMap, registerGradient, type Tensor, zeros } from "@tensorflow/tfjs-core";

type InputGradients = Record<string, () => Tensor>;

/**
 * Registers a kernel's gradient from its inputs alone, replacing tfjs's. tfjs saves an output as a copy that
 * is made before the kernel is on the tape, so a gradient written with a saved output loses its dependence
 * on the inputs, and second derivatives are wrong or missing.
 *
 * @param inputs Names of the kernel's inputs, in the order in which `gradient` gets them.
 */
export function registerFromInputs(
  kernelName: string,
  inputs: readonly string[],
  gradient: (dy: Tensor, inputs: readonly Tensor[], attributes: NamedAttrMap) => InputGradients,
): void {
  registerGradient({
    kernelName,
    inputsToSave: [...inputs],
    gradFunc: (dy, saved, attributes) => gradient(dy as Tensor, saved, attributes),
  });
}

/** Registers a kernel that is constant almost everywhere: its inputs get zeros. */
export function registerZero(kernelName: string, inputs: readonly string[]): void {
  registerFromInputs(kernelName, inputs, (_dy, saved) => zeroGradients(inputs, saved));
}

/** Zeros of each input's shape. */
export function zeroGradients(names: readonly string[], inputs: readonly Tensor[]): InputGradients {
  return Object.fromEntries(names.map((name, index) => [name, () => zeros((inputs[index] as Tensor).shape)]));
}
