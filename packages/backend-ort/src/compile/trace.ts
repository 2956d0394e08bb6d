import { engine, type Tensor, Variable } from "@tensorflow/tfjs-core";
import type { OrtBackend } from "../backend.js";
import { BackendOrtError } from "../errors.js";
import type { Shape } from "../graph/types.js";
import { HostTensor } from "../record/host-tensor.js";
import { mapTensors, type Nested, tensorsIn } from "./containers.js";

type MakeVariableArguments = Parameters<ReturnType<typeof engine>["makeVariable"]>;

/** The parts of tfjs's engine that a trace reaches into. */
interface TracedEngine {
  readonly state: { readonly registeredVariables: Record<string, Variable> };
  makeVariable(...args: MakeVariableArguments): Variable;
  trackTensor(tensor: Tensor, backend: OrtBackend): void;
  incRef(variable: Variable, backend: OrtBackend): void;
}

const tfjs = engine() as unknown as TracedEngine & ReturnType<typeof engine>;

/** What one run of a function over symbols left behind. Live until {@link Trace.end}. */
export interface Trace {
  /** Symbols that stand for the tensors of the arguments, in order. */
  readonly args: readonly HostTensor[];
  /** Symbols that stand for the variables that existed before, by variable. */
  readonly variables: ReadonlyMap<HostTensor, Variable>;
  /** Results in the order of tensorsIn(result), with the shapes in which the function returned them. */
  readonly results: readonly { readonly tensor: HostTensor; readonly shape: Shape }[];
  readonly result: Nested;
  readonly assigned: readonly { readonly variable: Variable; readonly tensor: HostTensor }[];
  /** Variables that the run created and left alive, with the tensors they started from. */
  readonly created: readonly { readonly variable: Variable; readonly initial: HostTensor }[];
  /** What the function threw, or why it cannot be compiled; then there are no results and no assignments. */
  readonly failure: { readonly error: unknown } | undefined;
  /** Lets go of everything recorded. */
  end(): void;
}

const TRACEABLE: ReadonlySet<string> = new Set(["float32", "int32", "bool"]);

/**
 * Runs `fn` once with symbols in place of its tensor arguments and of all variables. Nothing is computed and
 * no variable changes: assignments are noted and undone. Variables that `fn` creates have no value yet, whether
 * it fails or not: who calls must give them one.
 */
export function trace(
  backend: OrtBackend,
  name: string,
  fn: (...args: never[]) => Nested,
  args: readonly Nested[],
): Trace {
  const makeSymbol = (shape: Shape, dtype: Tensor["dtype"]): { dataId: object; tensor: HostTensor } => {
    const tensor = new HostTensor(backend, dtype, shape);
    tensor.traced = true;
    const dataId = {};
    backend.adopt(dataId, tensor);
    return { dataId, tensor };
  };
  const held: HostTensor[] = [];
  const hold = (tensor: HostTensor): HostTensor => {
    tensor.uses++;
    held.push(tensor);
    return tensor;
  };

  const symbols: HostTensor[] = [];
  const created: { variable: Variable; initial: HostTensor }[] = [];
  const made: Tensor[] = [];
  const variables = new Map<HostTensor, Variable>();
  const saved = new Map<Variable, { readonly dataId: object; readonly symbolId: object }>();
  let result: Nested;
  let results: Trace["results"] = [];
  let assigned: Trace["assigned"] = [];
  let failure: Trace["failure"];

  const { makeVariable, trackTensor } = tfjs;
  const { random } = Math;
  tfjs.startScope(`compile:${name}`);
  backend.tracing = true;
  try {
    for (const variable of Object.values(tfjs.state.registeredVariables)) {
      if (!TRACEABLE.has(variable.dtype)) continue;
      const { dataId, tensor } = makeSymbol(variable.shape, variable.dtype);
      tensor.refCount = 0;
      saved.set(variable, { dataId: variable.dataId, symbolId: dataId });
      variables.set(hold(tensor), variable);
      variable.dataId = dataId;
      tfjs.incRef(variable, backend);
    }
    const symbolArgs = args.map((arg) =>
      mapTensors(arg, (tensor) => {
        if (tensor instanceof Variable) {
          throw new BackendOrtError(
            name,
            `variable ${tensor.name} was passed as an argument. Use it inside the function instead.`,
          );
        }
        if (!TRACEABLE.has(tensor.dtype)) {
          throw new BackendOrtError(
            name,
            `an argument is a ${tensor.dtype}[${tensor.shape}] tensor; only ${[...TRACEABLE].join(", ")} can be compiled. Convert it outside of the function.`,
          );
        }
        const symbol = makeSymbol(tensor.shape, tensor.dtype);
        symbols.push(hold(symbol.tensor));
        return tfjs.makeTensorFromTensorInfo({
          dataId: symbol.dataId,
          shape: tensor.shape,
          dtype: tensor.dtype,
        });
      }),
    );
    tfjs.trackTensor = (tensor, owner) => {
      trackTensor.call(tfjs, tensor, owner);
      made.push(tensor);
    };
    tfjs.makeVariable = (...given) => {
      const variable = makeVariable.apply(tfjs, given);
      created.push({ variable, initial: hold(backend.tensor(variable.dataId)) });
      return variable;
    };
    Math.random = () => {
      throw new BackendOrtError(
        name,
        "Math.random was called while tracing: random numbers (tf.randomNormal, tf.dropout and others without a seed) would stay the same in every call. Make them outside and pass them as a tensor argument.",
      );
    };
    result = fn(...(symbolArgs as never[]));
    if (result instanceof Promise) {
      // Whatever it comes to, nobody waits for it.
      result.catch(() => undefined);
      throw new BackendOrtError(
        name,
        "the function returned a promise. Only synchronous functions can be compiled.",
      );
    }
    const disposed = [...saved.keys()].find((variable) => variable.isDisposed);
    if (disposed)
      throw new BackendOrtError(
        name,
        `the function disposes variable ${disposed.name}. Dispose it outside of the function.`,
      );
    results = tensorsIn(result).map((tensor) => {
      if (tensor.isDisposed)
        throw new BackendOrtError(name, `the function returned a tensor [${tensor.shape}] that is disposed.`);
      return { tensor: hold(backend.tensor(tensor.dataId)), shape: tensor.shape };
    });
    assigned = [...saved]
      .filter(([variable, { symbolId }]) => variable.dataId !== symbolId)
      .map(([variable]) => ({ variable, tensor: hold(backend.tensor(variable.dataId)) }));
  } catch (error) {
    failure = { error };
  } finally {
    backend.tracing = false;
    tfjs.makeVariable = makeVariable;
    tfjs.trackTensor = trackTensor;
    Math.random = random;
    for (const [variable, { dataId }] of saved) {
      if (variable.isDisposed) revive(variable);
      else tfjs.disposeTensor(variable);
      variable.dataId = dataId;
    }
    tfjs.endScope();
  }

  // Tensors that no scope disposed were kept; those without a value are of no use to anybody.
  const survivors = made.filter((tensor) => isKeptSymbol(backend, tensor));
  for (const tensor of survivors) tensor.dispose();
  const returned = failure ? [] : tensorsIn(result);
  const kept = survivors.find((tensor) => !returned.includes(tensor));
  if (kept) {
    failure ??= {
      error: new BackendOrtError(
        name,
        `the function keeps a tensor [${kept.shape}] by tf.keep, which has no value outside of it. Return it, or assign it to a variable.`,
      ),
    };
  }
  if (failure) [results, assigned, result] = [[], [], undefined];
  return {
    args: symbols,
    variables,
    results,
    result,
    assigned,
    created: created.filter(({ variable }) => !variable.isDisposed),
    failure,
    end: () => backend.letGo(held),
  };
}

function isKeptSymbol(backend: OrtBackend, tensor: Tensor): boolean {
  if (tensor.isDisposed || tensor instanceof Variable || !backend.data.has(tensor.dataId)) return false;
  return backend.tensor(tensor.dataId).traced;
}

/** Makes a variable that the function disposed what it was. */
function revive(variable: Variable): void {
  (variable as unknown as { isDisposedInternal: boolean }).isDisposedInternal = false;
  tfjs.state.registeredVariables[variable.name] = variable;
}
