/**
 * Every error this package raises on purpose. Messages read
 * `[backend-ort] Kernel: what is wrong, both values, what to do`.
 */
export class BackendOrtError extends Error {
  override readonly name = "BackendOrtError";

  constructor(subject: string, message: string, options?: ErrorOptions) {
    super(`[backend-ort] ${subject}: ${message}`, options);
  }
}
