/** What is known of a kernel's input. */
interface Input {
  readonly dtype: string;
  readonly shape: readonly number[];
}

const EMPTY_MARK = " (empty)";

/**
 * The dtypes of a call's inputs in order, `float32,int32`. The tensors of a list (Concat, Pack and AddN take any
 * number) are named once per dtype, `float32|bool`; a call with an empty tensor ends in ` (empty)`, as does one that
 * gives such a tensor: see {@link describeCall}.
 *
 * @param wanted the call's dtype attribute, where it has one: `float32 to complex64` for a Cast to that
 */
export function describeInputs(inputs: readonly Input[], isList: boolean, wanted?: unknown): string {
  const dtypes = inputs.map(({ dtype }) => dtype);
  const names = isList ? [...new Set(dtypes)].join("|") : dtypes.join(",");
  const target = wanted === "complex64" || wanted === "string" ? ` to ${wanted}` : "";
  return names + target + (inputs.some(({ shape }) => shape.includes(0)) ? EMPTY_MARK : "");
}

/** The description of a call's inputs, with the mark of an empty tensor where one is among its results. */
export function describeCall(inputs: string, results: readonly Pick<Input, "shape">[]): string {
  const empty = results.some(({ shape }) => shape.includes(0));
  return empty && !inputs.endsWith(EMPTY_MARK) ? inputs + EMPTY_MARK : inputs;
}

/**
 * Whether a call works on float32: at least one float32 input, none of complex64 or string nor such a result,
 * and none that is empty, on which there is nothing to compute.
 */
export function isFloat32Call(description: string): boolean {
  const names = description.split(/[,|]/);
  return (
    names.includes("float32") &&
    names.every((name) => name === "float32" || name === "int32" || name === "bool")
  );
}
