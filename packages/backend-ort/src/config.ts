/** What {@link configure} sets. */
export interface BackendOptions {
  /** Threads of ONNX Runtime's CPU kernels; 0 (default) means one for each physical core. */
  readonly threads: number;
  /** Execution provider. */
  readonly provider: "cpu" | "webgpu" | "cuda";
  /** How many compiled graphs of eager execution are kept; default 256. */
  readonly cacheSize: number;
  /** Raise an error instead of running on tfjs-backend-cpu: for every kernel, or for those named. */
  readonly refuseFallback: boolean | readonly string[];
  /** Folder for a Chrome-trace profile of every session, made by ONNX Runtime; unset by default. */
  readonly profileFolder: string | undefined;
}

export const options: { -readonly [K in keyof BackendOptions]: BackendOptions[K] } = {
  threads: 0,
  provider: "cpu",
  cacheSize: 256,
  refuseFallback: false,
  profileFolder: undefined,
};
