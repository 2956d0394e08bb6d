/** Stands for the module under backends/ that is bundled: the backend under test. */
declare module "conformance-backend" {
  import type { BackendAccount } from "../events.js";

  /** Sets the backend up, before any spec is defined. */
  export function start(refuseFallback: boolean): void;
  /** Called before each kernel call, with its inputs' dtypes as `describeInputs` names them. */
  export function beforeCall(dtypes: string): void;
  /** Called after each spec, while the backend that it ran on is still there. */
  export function afterSpec(): void;
  /** What the backend itself counted so far; undefined where it counts nothing. */
  export function backendAccount(): BackendAccount | undefined;
}
