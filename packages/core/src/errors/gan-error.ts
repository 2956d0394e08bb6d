const marker = Symbol.for("@gan/error");

/** What an error may carry besides its sentence. */
export interface GanErrorOptions {
  /** The error underneath, kept for whoever reads the stack. Default: there is none. */
  cause?: unknown;
}

/**
 * Root of every error this library throws on purpose. Its message reads
 * `[gan/<scope>] requirement, what was given, remedy` and is meant to be shown to a user as it is.
 *
 * Use {@link GanError.isInstance} rather than `instanceof`: it also recognises errors thrown by a
 * second copy of this package in the same process.
 */
export class GanError extends Error {
  readonly [marker] = true;
  /** The part of the library that speaks: `core`, `dcgan`, `datasets`. */
  readonly scope: string;

  constructor(scope: string, message: string, options: GanErrorOptions = {}) {
    super(`[gan/${scope}] ${message}`, "cause" in options ? { cause: options.cause } : undefined);
    this.name = new.target.name;
    this.scope = scope;
  }

  /** Whether `error` was thrown on purpose by this library, whichever copy of it is installed. */
  static isInstance(error: unknown): error is GanError {
    return typeof error === "object" && error !== null && marker in error;
  }
}
