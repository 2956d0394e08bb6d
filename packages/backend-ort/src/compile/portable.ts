import { engine, type TensorContainer, tidy } from "@tensorflow/tfjs-core";
import { mapTensors } from "./containers.js";

/** What {@link compile} may be told. */
export interface CompileOptions<Args extends unknown[] = never[]> {
  /** For reports and error messages; default the function's name. */
  readonly name?: string;
  /**
   * Whether calls of these shapes and static arguments are seldom: their graph then gives its working memory back after
   * each run, which costs a few per cent of its time. Asked when such a call comes first. Default: none is.
   */
  readonly isSeldom?: (...args: Args) => boolean;
}

/** A function made by {@link compile}. */
export interface CompiledFunction<Args extends unknown[], Result> {
  (...args: Args): Result;
  /** Frees the compiled graphs; the next call traces again. */
  dispose(): void;
}

/** How a backend compiles functions of tensors. */
export type Compiler = <Args extends unknown[], Result extends TensorContainer>(
  fn: (...args: Args) => Result,
  options?: CompileOptions<Args>,
) => CompiledFunction<Args, Result>;

/** Where a backend that compiles keeps its {@link Compiler}: found by this mark, without an import of the backend. */
export const COMPILER = Symbol.for("@gan/backend-ort/compiler");

/**
 * The same `compile` as `@gan/backend-ort` has, without an import of the backend: this entry needs neither Node.js nor ONNX
 * Runtime, and registers nothing. While a backend that compiles is the current one, `fn` is compiled; on every
 * other backend it simply runs inside `tf.tidy`.
 *
 * @returns a function whose result tensors are the caller's to dispose
 * @throws BackendOrtError while `ort` is the current backend: see the `compile` of `@gan/backend-ort`
 */
export const compile: Compiler = <Args extends unknown[], Result extends TensorContainer>(
  fn: (...args: Args) => Result,
  options: CompileOptions<Args> = {},
): CompiledFunction<Args, Result> => {
  const compiled = new Map<Compiler, CompiledFunction<Args, Result>>();
  const call = (...args: Args): Result => {
    const compiler = (engine().backend as { [COMPILER]?: Compiler })[COMPILER];
    if (!compiler) return runEagerly(fn, args);
    let own = compiled.get(compiler);
    if (!own) {
      own = compiler(fn, options);
      compiled.set(compiler, own);
    }
    return own(...args);
  };
  const dispose = (): void => {
    for (const own of compiled.values()) own.dispose();
    compiled.clear();
  };
  return Object.assign(call, { dispose });
};

/** Results are new tensors here too, whatever the function returns: an argument, a variable, one tensor twice. */
export function runEagerly<Args extends unknown[], Result extends TensorContainer>(
  fn: (...args: Args) => Result,
  args: Args,
): Result {
  return tidy(() => mapTensors(fn(...args), (tensor) => tensor.clone()) as Result);
}
