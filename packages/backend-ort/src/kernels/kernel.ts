import type { GraphBuilder } from "../graph/builder.js";
import type { TensorSpec, Value } from "../graph/types.js";
import type { HostArray } from "../runtime/ort.js";

/** The shapes and dtypes of a call's results, and what its lowering has to know besides its inputs. */
export interface Inferred<Params> {
  readonly outputs: readonly TensorSpec[];
  /** Plain JSON data: part of the key under which a compiled graph is found again. */
  readonly params: Params;
}

type Named<Required extends string, Optional extends string, T> = { readonly [K in Required]: T } & {
  readonly [K in Optional]?: T;
} & { readonly list: readonly T[] };

/** The values of a named input, undefined when they are not in host memory yet. They must not be changed. */
export type ValuesOf<Names extends string> = (name: Names) => HostArray | undefined;

/**
 * How one tfjs kernel is recorded and lowered.
 *
 * `infer` runs at every recorded call: it must be fast, and it returns `undefined` when this call (its dtypes,
 * its rank, an attribute) has no lowering, which sends it to tfjs-backend-cpu's implementation. Calls with an
 * empty tensor among inputs or outputs, with complex64 or string, never get here.
 *
 * `check`, for errors that cannot wait until the graph runs, follows `infer`: it throws on values that are wrong,
 * as far as they are known already.
 *
 * `lower` runs once per compiled graph and writes ONNX operators through the {@link GraphBuilder}; its results
 * have the shapes and dtypes that `infer` promised (checked).
 */
export interface KernelSpec {
  readonly name: string;
  readonly inputs: readonly string[];
  readonly optional: readonly string[];
  /** The kernel's inputs are an array (Concat, Pack, AddN): they come as `list`. */
  readonly variadic: boolean;
  infer(inputs: Named<string, string, TensorSpec>, attrs: never): Inferred<unknown> | undefined;
  check?(inputs: Named<string, string, TensorSpec>, params: never, valuesOf: ValuesOf<string>): void;
  lower(
    graph: GraphBuilder,
    inputs: Named<string, string, Value>,
    params: never,
    outputs: readonly TensorSpec[],
  ): Value | readonly Value[];
}

export interface KernelDefinition<Required extends string, Optional extends string, Attrs, Params> {
  readonly name: string;
  readonly inputs?: readonly Required[];
  readonly optional?: readonly Optional[];
  readonly variadic?: boolean;
  readonly infer: (
    inputs: Named<Required, Optional, TensorSpec>,
    attrs: Attrs,
  ) => Inferred<Params> | undefined;
  readonly check?: (
    inputs: Named<Required, Optional, TensorSpec>,
    params: Params,
    valuesOf: ValuesOf<Required | Optional>,
  ) => void;
  readonly lower: (
    graph: GraphBuilder,
    inputs: Named<Required, Optional, Value>,
    params: Params,
    outputs: readonly TensorSpec[],
  ) => Value | readonly Value[];
}

/** Types a kernel's inputs, attributes and parameters from its definition. */
export function defineKernel<Required extends string, Attrs, Params, Optional extends string = never>(
  definition: KernelDefinition<Required, Optional, Attrs, Params>,
): KernelSpec {
  return {
    inputs: [],
    optional: [],
    variadic: false,
    ...definition,
  } as unknown as KernelSpec;
}

/** The usual result of `infer`: one output. */
export function single<Params>(output: TensorSpec, params: Params): Inferred<Params> {
  return { outputs: [output], params };
}
