import "@tensorflow/tfjs-backend-cpu";

/** The baseline needs nothing. */
export function start(): void {}

export function describeBackend(): undefined {
  return undefined;
}
