/** Where several backends are measured, each is a row of its own. */
export const backends = {
  "ort-cpu": { backend: "ort", device: "cpu", options: ["--provider", "cpu"] },
  "ort-webgpu": { backend: "ort", device: "webgpu", options: ["--provider", "webgpu"] },
  "tfjs-node": { backend: "tfjs-node", device: "cpu", options: ["--backend", "tfjs-node"] },
  "tfjs-node-gpu": { backend: "tfjs-node-gpu", device: "gpu", options: ["--backend", "tfjs-node-gpu"] },
  "tfjs-cpu": { backend: "tfjs-cpu", device: "cpu", options: ["--backend", "tfjs-cpu"] },
} as const;

/** A name that `--backends` takes. */
export type BackendChoice = keyof typeof backends;

/** What a training step costs. */
export interface Speed {
  /** Pictures in a step. */
  batch: number;
  /** Of the pictures, in pixels. */
  side: number;
  /** Median of the turns' medians. */
  imagesPerSecond: number;
  /** Of single steps after warm-up: first and third quartile. */
  imagesPerSecondQuartiles: readonly [number, number];
  /** Seconds for a thousand pictures. */
  secPerKimg: number;
  /** Between the quartiles of single steps over their median. */
  spread: number;
  /** Whether the spread is above 15 %: something else ran beside it. */
  isDisturbed: boolean;
  /** Of the longest graph of the step; not part of the steps' times. */
  compileSeconds: number | null;
  /** Above a process that has loaded the same modules. */
  peakMemoryMB: number | null;
  parameters: number;
  /** Convolutions and matrix products of the graphs that a step runs. */
  gflopPerStep: number | null;
  /** Of SGEMM-2048 measured in the same turns. */
  peakShare: number | null;
  /** What the roofline model expects of this machine, in milliseconds of a step. */
  predictedMs: number | null;
  /** Images per second that it expects of the machines of roofline.ts, in their order. */
  predictions?: readonly number[];
  /** What bounds the step here by that model. */
  bound?: string;
}

/** What was learned of how much, and in how long. */
export interface Learned {
  /** Pictures that were learned from. */
  images: number;
  /** Of training, without measuring. */
  minutes: number;
  fid: number | null;
  kid: number | null;
  /** Standard deviation over subsets; 0 where the only subset is all pictures. */
  kidDeviation: number | null;
  precision: number | null;
  recall: number | null;
}

/** A place of a curve. */
export type CurvePoint = Pick<Learned, "images" | "minutes" | "fid" | "kid">;

/** Training for the budget. */
export interface Training extends Learned {
  seed: number;
  /** Pictures of each kind that were compared. */
  n: number;
  /** Whose features were compared; distances of different networks are not comparable. */
  extractor: string;
  /** SHA-256 of all pictures that were trained on. */
  dataHash: string;
  /** First is the untrained network. */
  curve: readonly CurvePoint[];
  /** File of sample pictures beside the report. */
  grid: string;
  /** Seconds to extract features and measure once. */
  metricSeconds: number;
}

/** The same in another framework. */
export interface Peer {
  peer: string;
  version: string;
  threads: number;
  /** The fastest of those that were tried. */
  setting: string;
  imagesPerSecond: number;
  /** Ours over the peer's images per second: above 1, ours is faster. */
  ratio: number;
  /** Quartiles of the rounds' own ratios. */
  ratioQuartiles: readonly [number, number];
  peakMemoryMB: number | null;
  /** Trained on equal images, measured the same; absent where only throughput was asked for. */
  training?: Learned;
}

/** A variant on a backend. */
export interface BenchRow extends Partial<Speed>, Partial<Training> {
  variant: string;
  preset: string;
  backend: string;
  device: string;
  /** Of this repository, when the row was measured. */
  commit: string;
  measuredAt: string;
  peer?: Peer;
  /** Why something is missing. */
  problem?: string;
}

/** A figure that is not a variant's. */
export interface ServiceRow {
  name: string;
  value: number;
  unit: string;
  /** How it was measured. */
  about: string;
}

/** A step at another size. */
export interface ScalingRow {
  variant: string;
  side: number;
  batch: number;
  stepMs: number;
  imagesPerSecond: number;
  peakMemoryMB: number | null;
  predictedMs: number | null;
}

/** What the roofline model knows of a machine. */
export interface MachinePeaks {
  /** Product of two 2048 × 2048 matrices. */
  gflops: number;
  /** Bytes that additions of 4 MB tensors read and write. */
  gigabytesPerSecond: number;
  /** What a node costs that computes nothing. */
  nodeMicros: number;
}

/** Where and when a report was made. */
export interface Conditions extends Machine {
  threads: number;
  /** Whether files differed from the commit. */
  isChanged: boolean;
  peaks: MachinePeaks;
}

/** A machine, with what it measured and when. */
export interface Machine {
  processor: string;
  cores: number;
  memoryGB: number;
  platform: string;
  node: string;
  onnxruntime: string;
  tfjs: string;
  /** Of this repository. */
  commit: string;
  startedAt: string;
}

/** Everything that one run of `bench` measured. */
export interface BenchReport {
  format: 1;
  /** Short trainings and small samples: shows that all works, says little of quality. */
  isSmoke: boolean;
  conditions: Conditions;
  minutes: number;
  rows: BenchRow[];
  services: ServiceRow[];
  scaling: ScalingRow[];
}
