/** What is known of a kernel's input. */
interface Input {
  readonly dtype: string;
  readonly shape: readonly number[];
}

const EMPTY_MARK = " (empty)";

/**
 * The dtypes of a call's inputs in order, `float32,int32`. The tensors of a list (Concat, Pack and AddN take any
 * number) are named once per dtype, `float32|bool`; a call with an empty tensor ends in ` (empty)`.
 */
export function describeInputs(inputs: readonly Input[], isList: boolean): string {
  const dtypes = inputs.map(({ dtype }) => dtype);
  const names = isList ? [...new Set(dtypes)].join("|") : dtypes.join(",");
  return inputs.some(({ shape }) => shape.includes(0)) ? names + EMPTY_MARK : names;
}

/**
 * Whether a call works on float32: at least one float32 input, none of complex64 or string, and none that is
 * empty, on which there is nothing to compute.
 */
export function isFloat32Call(description: string): boolean {
  const names = description.split(/[,|]/);
  return (
    names.includes("float32") &&
    names.every((name) => name === "float32" || name === "int32" || name === "bool")
  );
}
