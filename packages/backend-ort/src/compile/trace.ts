import { engine, type Tensor, type Variable } from "@tensorflow/tfjs-core";
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
  /** Variables that the run created, with the tensors they started from. */
  readonly created: readonly { readonly variable: Variable; readonly initial: HostTensor }[];
  /** Lets go of everything recorded. */
  end(): void;
}

/**
 * Runs `fn` once with symbols in place of its tensor arguments and of all variables. Nothing is computed and
 * no variable changes: assignments are noted and undone.
 */
export function trace(backend: OrtBackend, name: string, fn: (...args: never[]) => Nested, args: readonly Nested[]): Trace {
  const symbols: HostTensor[] = [];
  const makeSymbol = (shape: Shape, dtype: Tensor["dtype"]): { dataId: object; tensor: HostTensor } => {
    const tensor = new HostTensor(backend, dtype, shape);
    tensor.traced = true;
    const dataId = {};
    backend.adopt(dataId, tensor);
    return { dataId, tensor };
  };

  const created: { variable: Variable; initial: HostTensor }[] = [];
  const held: HostTensor[] = [];
  const hold = (tensor: HostTensor): HostTensor => {
    tensor.uses++;
    held.push(tensor);
    return tensor;
  };
  const makeVariable = tfjs.makeVariable;
  const random = Math.random;
  const saved = new Map<Variable, object>();
  const variables = new Map<HostTensor, Variable>();
  const symbolIds = new Map<Variable, object>();

  tfjs.startScope(`compile:${name}`);
  backend.tracing = true;
  try {
    for (const variable of Object.values(tfjs.state.registeredVariables)) {
      if (backend.tensor(variable.dataId).dtype === "string") continue;
      const { dataId, tensor } = makeSymbol(variable.shape, variable.dtype);
      tensor.refCount = 0;
      saved.set(variable, variable.dataId);
      symbolIds.set(variable, dataId);
      variables.set(hold(tensor), variable);
      variable.dataId = dataId;
      tfjs.incRef(variable, backend);
    }
    const symbolArgs = args.map((arg) =>
      mapTensors(arg, (tensor) => {
        const known = [...saved].find(([variable]) => (variable as Tensor) === tensor);
        if (known) throw new BackendOrtError(name, `variable ${known[0].name} was passed as an argument. Use it inside the function instead.`);
        const symbol = makeSymbol(tensor.shape, tensor.dtype);
        symbols.push(hold(symbol.tensor));
        return tfjs.makeTensorFromTensorInfo({ dataId: symbol.dataId, shape: tensor.shape, dtype: tensor.dtype });
      }),
    );
    tfjs.makeVariable = (...given: MakeVariableArguments) => {
      const [initial] = given;
      const variable = makeVariable.apply(tfjs, given);
      created.push({ variable, initial: hold(backend.tensor(initial.dataId)) });
      return variable;
    };
    Math.random = () => {
      throw new BackendOrtError(
        name,
        "Math.random was called while tracing: random numbers (tf.randomNormal, tf.dropout and others without a seed) would stay the same in every call. Make them outside and pass them as a tensor argument.",
      );
    };
    const result = fn(...(symbolArgs as never[]));
    if (result instanceof Promise) {
      throw new BackendOrtError(name, "the function returned a promise. Only synchronous functions can be compiled.");
    }
    const results = tensorsIn(result).map(({ dataId, shape }) => ({ tensor: hold(backend.tensor(dataId)), shape }));
    const assigned = [...saved.keys()]
      .filter((variable) => variable.dataId !== symbolIds.get(variable))
      .map((variable) => ({ variable, tensor: hold(backend.tensor(variable.dataId)) }));
    return {
      args: symbols,
      variables,
      results,
      result,
      assigned,
      created,
      end: () => backend.letGo(held),
    };
  } catch (error) {
    backend.letGo(held);
    throw error;
  } finally {
    backend.tracing = false;
    tfjs.makeVariable = makeVariable;
    Math.random = random;
    for (const [variable, dataId] of saved) {
      tfjs.disposeTensor(variable);
      variable.dataId = dataId;
    }
    tfjs.endScope();
  }
}
