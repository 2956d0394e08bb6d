import type { Machine, MachinePeaks } from "../suite/rows.js";

/** A provider that steps are measured on. */
export type Provider = "cpu" | "webgpu" | "cuda";

/** What the process that measures a step is told. */
export interface StepOrder {
  gan: string;
  /** Name of a case of `bench:throughput`. */
  case: string;
  provider: Provider;
  /** Default: the case's own. */
  batch?: number;
  /** Of timing, after the first steps. */
  seconds: number;
}

/** What that process answers. */
export interface MeasuredStep {
  /** Pictures in a step. */
  batch: number;
  /** Of the pictures, in pixels. */
  side: number;
  about: string;
  /** Steps in which every lazy phase falls due; times are those of one step. */
  cycle: number;
  /** What the provider runs on; null for the processor. */
  adapter: string | null;
  /** Median of whole cycles. */
  stepMs: number;
  /** First and third. */
  quartiles: readonly [number, number];
  imagesPerSecond: number;
  /** Of the first step: trace, compilation, first use of each shader. */
  firstSeconds: number;
  steps: number;
  /** Of the first steps, in the phases' order. */
  losses: readonly (readonly number[])[];
  /** Nodes that a step runs. */
  nodes: number;
  /** Those that ran on the processor under another provider, by operator. */
  nodesOnCpu: Readonly<Record<string, number>>;
  /** Convolutions and matrix products of a step. */
  gigaflop: number;
  /** Bytes that these read and write, and those of all other nodes. */
  bytes: { readonly products: number; readonly others: number };
  /** State that stays on the device from step to step. */
  deviceMB: number;
  /** Peak resident size less that after the imports. */
  peakMemoryMB: number | null;
}

/** A step on a provider; without its figures where it failed. */
export interface DeviceRow extends Partial<Omit<MeasuredStep, "losses">> {
  gan: string;
  case: string;
  provider: Provider;
  /** Largest difference to the processor's losses over their size: of the first step, and of the first ten. */
  lossDifference?: readonly [number, number];
  /** Why there are no figures. */
  problem?: string;
}

/** What one machine measured, and what it is. */
export interface DeviceReport {
  format: 1;
  /** What is to be known of how it was measured. */
  about?: string;
  machine: Machine & {
    /** Graphics card and driver, as its maker's tool names them. */
    card: string | null;
    driver: string | null;
  };
  /** What the roofline model knows of it, by provider. */
  peaks: Partial<Record<Provider, MachinePeaks>>;
  rows: DeviceRow[];
  /** A step with other settings: milliseconds of each process that timed it. */
  settings?: { case: string; provider: Provider; stepMs: Readonly<Record<string, readonly number[]>> };
  /** Trainings by the command line, pictures and measurements included. */
  trainings?: readonly {
    gan: string;
    preset: string;
    provider: Provider;
    images: number;
    imagesPerSecond: number;
  }[];
}
