import "@tensorflow/tfjs-backend-cpu";

/** The baseline: it has nothing to set up, to refuse or to tell. */
export function start(): void {}

export function beforeCall(): void {}

export function afterSpec(): void {}

export function backendAccount(): undefined {
  return undefined;
}
