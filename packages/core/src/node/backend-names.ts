/** What may be asked for to compute with; the command line's `--backend`. */
export const backendNames = [
  "auto",
  "ort",
  "ort-cpu",
  "ort-webgpu",
  "ort-cuda",
  "tfjs-node",
  "tfjs-node-gpu",
  "tfjs-cpu",
] as const;

/**
 * `auto` takes the first that works of tfjs-node-gpu (where it sees a device) and `ort`; `ort` the first of cuda,
 * webgpu on a graphics card, and the CPU. The others are what they say, or an error.
 */
export type BackendName = (typeof backendNames)[number];

/** A backend that was not taken, and why. */
export interface PassedOver {
  /** The backend that was not taken. */
  name: BackendName;
  /**
   * `absent`: not installed; `unbuilt`: installed without its native part; `faulty`: it fails; `no-device`: it sees
   * none to compute on.
   */
  state: "absent" | "unbuilt" | "faulty" | "no-device";
  /** Why, as part of a sentence. */
  reason: string;
  /** What to do to have it. */
  remedy: string;
}

/** What computes. */
export interface RunningBackend {
  /** What computes. */
  backend: "ort" | "tfjs-node" | "tfjs-node-gpu" | "tfjs-cpu";
  /** Where it computes. */
  device: "cpu" | "webgpu" | "cuda" | "gpu";
  /** Name of the processor or graphics card. */
  hardware: string;
  /** What tfjs-node runs on: `TensorFlow 2.21.0`. */
  library?: string;
  /** In the order in which they were looked at. */
  passedOver: PassedOver[];
}

/** The name that asks for the same again: `ort-cpu` for ort on cpu. */
export function nameBackend({ backend, device }: Pick<RunningBackend, "backend" | "device">): BackendName {
  return backend === "ort" ? (`ort-${device}` as BackendName) : backend;
}
