import { engine, type TensorContainer } from "@tensorflow/tfjs-core";
import { OrtBackend } from "../backend.js";
import { options as settings } from "../config.js";
import { BackendOrtError } from "../errors.js";
import { containerKey, mapTensors, type Nested, tensorsIn } from "./containers.js";
import { Plan, type PlanOptions } from "./plan.js";
import { type CompiledFunction, type CompileOptions, runEagerly } from "./portable.js";
import { type Trace, trace as traceOnce } from "./trace.js";

/**
 * Traces `fn`, a synchronous function of tensors, once for each combination of input shapes and static
 * arguments, and replays the compiled graph from then on.
 *
 * Tensors may stand anywhere in the arguments, within arrays and plain objects; all else (numbers, strings,
 * booleans, null) is static: another value traces again. tf.Variables that `fn` reads become inputs of the
 * graph, those that it assigns become outputs and are updated; variables that it creates are made once, at
 * the first call. On other backends than `ort`, within another compiled function and under a gradient, `fn`
 * simply runs inside `tf.tidy`.
 *
 * `fn` runs two or three times at a first call, on symbols: it must have no effects but on variables.
 *
 * @returns a function whose result tensors are the caller's to dispose
 * @throws BackendOrtError when something that the host makes would silently freeze in the graph: unseeded
 *   random numbers, a value read inside the trace, a host-made tensor that differs between two traces
 */
export function compile<Args extends unknown[], Result extends TensorContainer>(
  fn: (...args: Args) => Result,
  options: CompileOptions<Args> = {},
): CompiledFunction<Args, Result> {
  const name = options.name ?? (fn.name || "compiled");
  const plans = new Map<string, Plan>();
  let owner: OrtBackend | undefined;
  let generation = 0;

  const call = (...args: Args): Result => {
    const backend = engine().backend;
    if (!(backend instanceof OrtBackend) || backend.tracing || engine().state.gradientDepth > 0)
      return runEagerly(fn, args);
    if (owner !== backend || generation !== backend.generation) {
      dispose();
      owner = backend;
      generation = backend.generation;
    }
    for (const tensor of tensorsIn(args)) {
      if (tensor.isDisposed)
        throw new BackendOrtError(name, `an argument [${tensor.shape}] is disposed. Pass a live tensor.`);
    }
    const key = keyOf(name, args);
    const plan =
      plans.get(key) ??
      makePlan(backend, { name, isSeldom: options.isSeldom?.(...args) ?? false }, fn as never, args);
    // The plan used last comes last.
    plans.delete(key);
    plans.set(key, plan);
    for (const [oldKey, oldest] of plans) {
      if (plans.size <= Math.max(1, settings.cacheSize)) break;
      plans.delete(oldKey);
      oldest.dispose();
    }
    const infos = plan.replay(args);
    let next = 0;
    return mapTensors(plan.traceResult, () =>
      engine().makeTensorFromTensorInfo(infos[next++] as never),
    ) as Result;
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
        return containerKey(arg);
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

function keyOfResult(name: string, result: unknown): string {
  try {
    return containerKey(result);
  } catch (cause) {
    throw new BackendOrtError(
      name,
      `the result holds ${(cause as Error).message}; results are tensors, numbers, strings, booleans, null, and arrays and plain objects of them.`,
      { cause },
    );
  }
}

function makePlan(
  backend: OrtBackend,
  about: PlanOptions,
  fn: (...args: never[]) => Nested,
  args: readonly unknown[],
): Plan {
  const { name } = about;
  // What the function closes over shall be values, not calls to be repeated at every replay.
  backend.flushQuietly();
  const run = (): Trace => trace(backend, name, fn, args);
  let first = run();
  if (first.created.length > 0) {
    first.end();
    first = run();
  }
  let plan: Plan | undefined;
  try {
    refuseCreation(name, first);
    const key = keyOfResult(name, first.result);
    plan = new Plan(backend, about, first);
    const second = run();
    try {
      refuseCreation(name, second);
      plan.checkRepeats(second);
      const again = keyOfResult(name, second.result);
      if (again !== key) {
        throw new BackendOrtError(
          name,
          `the result changed between two traces (${key}, then ${again}): what is no tensor would freeze. Return tensors only.`,
        );
      }
    } finally {
      second.end();
    }
    plan.finish();
    return plan;
  } catch (error) {
    plan?.dispose();
    throw error;
  } finally {
    first.end();
  }
}

/** A trace whose new variables have their values, whether the function succeeds or throws. */
function trace(
  backend: OrtBackend,
  name: string,
  fn: (...args: never[]) => Nested,
  args: readonly unknown[],
): Trace {
  const traced = traceOnce(backend, name, fn, args);
  try {
    if (traced.created.length > 0) initialize(backend, name, traced, args);
    if (traced.failure) throw traced.failure.error;
    return traced;
  } catch (error) {
    traced.end();
    throw error;
  }
}

function refuseCreation(name: string, { created }: Trace): void {
  const variable = created[0]?.variable;
  if (variable) {
    throw new BackendOrtError(
      name,
      `creates variable ${variable.name} at every call. Create variables once, outside of the function or at its first run only.`,
    );
  }
}

/** Gives the variables that a trace created their starting values, which may depend on the arguments. */
function initialize(backend: OrtBackend, name: string, traced: Trace, args: readonly unknown[]): void {
  const { created } = traced;
  const plan = new Plan(
    backend,
    { name: `${name} (variables)`, isSeldom: true },
    {
      ...traced,
      results: created.map(({ initial, variable }) => ({ tensor: initial, shape: variable.shape })),
      result: null,
      assigned: [],
    },
  );
  try {
    const infos = plan.replay(args);
    for (const [index, { variable }] of created.entries()) {
      const tensor = engine().makeTensorFromTensorInfo(infos[index] as never);
      variable.assign(tensor);
      tensor.dispose();
    }
  } finally {
    plan.dispose();
  }
}
