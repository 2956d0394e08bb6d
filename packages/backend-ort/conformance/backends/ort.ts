import "@gan/backend-ort";
export function start(_refuse: boolean): void {}
export function describeBackend(): unknown {
  return undefined;
}
