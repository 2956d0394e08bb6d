/** Stands for the module under backends/ that is bundled: the backend under test. */
declare module "conformance-backend" {
  /** Sets the backend up, before any spec is defined. */
  export function start(refuseFallback: boolean): void;
  /** What the backend tells of itself, as JSON; undefined where it tells nothing. */
  export function describeBackend(): unknown;
}
