import { engine, type TensorContainer, tidy } from "@tensorflow/tfjs-core";
import { OrtBackend } from "../backend.js";
import { BackendOrtError } from "../errors.js";
import { argumentsKey, mapTensors, type Nested } from "./containers.js";
import { Plan } from "./plan.js";
import { type Trace, trace } from "./trace.js";

export interface CompileOptions {
  /** For reports and error messages; default the function's name. */
  readonly name?: string;
}

/** A function made by {@link compile}. */
export interface CompiledFunction<Args extends unknown[], Result> {
  (...args: Args): Result;
  /** Frees the compiled graphs; the next call traces again. */
  dispose(): void;
}

/**
 * Traces `fn`, a synchronous function of tensors, once for each combination of input shapes and static
 * arguments, and replays the compiled graph from then on.
 *
 * Tensors may stand anywhere in the arguments, within arrays and plain objects; all else (numbers, strings,
 * booleans, null) is static: another value traces again. tf.Variables that `fn` reads become inputs of the
 * graph, those that it assigns become outputs and are updated; variables that it creates are made once, at
 * the first call. On other backends than `ort`, `fn` simply runs inside `tf.tidy`.
 *
 * `fn` runs two or three times at a first call, on symbols: it must have no effects but on variables.
 *
 * @returns a function whose result tensors are the caller's to dispose
 * @throws BackendOrtError when something that the host makes would silently freeze in the graph: unseeded
 *   random numbers, a value read inside the trace, a host-made tensor that differs between two traces
 */
export function compile<Args extends unknown[], Result extends TensorContainer>(
  fn: (...args: Args) => Result,
  options: CompileOptions = {},
): CompiledFunction<Args, Result> {
  const name = options.name ?? (fn.name || "compiled");
  const plans = new Map<string, Plan>();
  let owner: OrtBackend | undefined;
  let generation = 0;

  const call = (...args: Args): Result => {
    const backend = engine().backend;
    if (!(backend instanceof OrtBackend)) return tidy(() => fn(...args));
    if (owner !== backend || generation !== backend.generation) {
      dispose();
      owner = backend;
      generation = backend.generation;
    }
    const key = keyOf(name, args);
    let plan = plans.get(key);
    if (!plan) {
      plan = makePlan(backend, name, fn as never, args);
      plans.set(key, plan);
    }
    const infos = plan.replay(args);
    let next = 0;
    return mapTensors(plan.traceResult, () => engine().makeTensorFromTensorInfo(infos[next++] as never)) as Result;
  };

  const dispose = (): void => {
    for (const plan of plans.values()) plan.dispose();
    plans.clear();
  };

  return Object.assign(call, { dispose });
}

function keyOf(name: string, args: readonly unknown[]): string {
  return args
    .map((arg, index) => {
      try {
        return argumentsKey(arg);
      } catch (cause) {
        throw new BackendOrtError(
          name,
          `argument ${index} holds ${(cause as Error).message}; arguments are tensors, numbers, strings, booleans, null, and arrays and plain objects of them. Close over it, or make a tensor of it.`,
          { cause },
        );
      }
    })
    .join();
}

function makePlan(backend: OrtBackend, name: string, fn: (...args: never[]) => Nested, args: readonly unknown[]): Plan {
  let first = trace(backend, name, fn, args);
  if (first.created.length > 0) {
    initialize(backend, name, first, args);
    first = trace(backend, name, fn, args);
  }
  try {
    const plan = new Plan(backend, name, first);
    const second = trace(backend, name, fn, args);
    try {
      if (second.created.length > 0 || first.created.length > 0) {
        const created = (second.created[0] ?? first.created[0])?.variable.name;
        throw new BackendOrtError(name, `creates variable ${created} at every call. Create variables once, outside of the function or at its first run only.`);
      }
      plan.checkRepeats(second);
      plan.finish();
    } catch (error) {
      plan.dispose();
      throw error;
    } finally {
      second.end();
    }
    return plan;
  } finally {
    first.end();
  }
}

/** Gives the variables that a first trace created their starting values, which may depend on the arguments. */
function initialize(backend: OrtBackend, name: string, first: Trace, args: readonly unknown[]): void {
  const created = first.created;
  const plan = new Plan(backend, `${name} (variables)`, {
    ...first,
    results: created.map(({ initial, variable }) => ({ tensor: initial, shape: variable.shape })),
    result: null,
    assigned: [],
  });
  const infos = plan.replay(args);
  for (const [index, { variable }] of created.entries()) {
    const tensor = engine().makeTensorFromTensorInfo(infos[index] as never);
    variable.assign(tensor);
    tensor.dispose();
  }
  plan.dispose();
  first.end();
}
