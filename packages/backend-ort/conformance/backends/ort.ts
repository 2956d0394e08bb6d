import { BACKEND_NAME, configure, explain } from "@gan/backend-ort";
import { engine, getBackend } from "@tensorflow/tfjs-core";
import { loweredKernels } from "../../dist/kernels/index.js";
import { isFloat32Call } from "../call-dtypes.js";
import type { BackendAccount } from "../events.js";
import { addAccounts } from "../kernel-counts.js";

const names = loweredKernels.map(({ name }) => name);
let refusing = false;

/** The suite resets the engine hundreds of times, and each time the backend is made anew and counts from zero. */
const accounts = new Map<object, BackendAccount>();

export function start(refuseFallback: boolean): void {
  refusing = refuseFallback;
}

/**
 * In the second run a call on float32 of a kernel that the backend declares as lowered may not fall back. Other
 * dtypes may: ONNX Runtime has no complex64 and not every operator for int32, and no promise is made for them.
 */
export function beforeCall(dtypes: string): void {
  if (refusing) {
    configure({ refuseFallback: isFloat32Call(dtypes) ? names : false });
  }
}

export function afterSpec(): void {
  // Only of a backend that is there already: explain() would make one, in the middle of specs about backends.
  if (getBackend() === BACKEND_NAME) {
    const { lowered, fallbacks } = explain();
    accounts.set(engine().backend, { lowered, fallbacks });
  }
}

export function backendAccount(): BackendAccount {
  return addAccounts([...accounts.values()]);
}
