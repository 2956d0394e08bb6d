import type { MachinePeaks } from "./rows.js";

/** What a training step asks of a machine. */
export interface StepWork {
  /** Of convolutions and matrix products. */
  gigaflop: number;
  /** Bytes that these read and write, and those of all other nodes. */
  bytes: { readonly products: number; readonly others: number };
  nodes: number;
}

/**
 * Milliseconds that a step should take: products at the speed of a large matrix product or of memory, whichever is
 * slower, then everything else at that of memory, and what each node costs by itself (Williams, Waterman and Patterson
 * 2009, https://doi.org/10.1145/1498765.1498785).
 */
export function predictMillis({ gigaflop, bytes, nodes }: StepWork, peaks: MachinePeaks): number {
  const moving = (count: number) => count / 1e6 / peaks.gigabytesPerSecond;
  const products = Math.max((1000 * gigaflop) / peaks.gflops, moving(bytes.products));
  return products + moving(bytes.others) + (nodes * peaks.nodeMicros) / 1000;
}

/** What bounds a step by that model. */
export function findBound({ gigaflop, bytes, nodes }: StepWork, peaks: MachinePeaks): string {
  const moving = (count: number) => count / 1e6 / peaks.gigabytesPerSecond;
  const parts = {
    arithmetic: (1000 * gigaflop) / peaks.gflops,
    "memory traffic": moving(bytes.products + bytes.others),
    "calls of small nodes": (nodes * peaks.nodeMicros) / 1000,
  };
  return Object.entries(parts).reduce((most, part) => (part[1] > most[1] ? part : most))[0];
}

/** What a node costs under WebGPU, measured on an NVIDIA H100 (results/devices): two and a half times what was first assumed. */
const webgpuNodeMicros = 12.5;

/** Machines that nobody measured here, by their makers' figures for 32-bit numbers and memory. */
export const otherMachines: readonly { name: string; peaks: MachinePeaks }[] = [
  { name: "8 cores with AVX2 at 4 GHz, two channels of DDR5", peaks: peaksOf(1000, 70, 1) },
  { name: "64 cores with AVX-512 at 2.5 GHz, twelve channels of DDR5", peaks: peaksOf(8000, 400, 2) },
  { name: "GPU of 13 TFLOP/s and 400 GB/s (Apple M3 Max)", peaks: peaksOf(13_000, 400, webgpuNodeMicros) },
  {
    name: "GPU of 82 TFLOP/s and 1,000 GB/s (GeForce RTX 4090)",
    peaks: peaksOf(82_000, 1000, webgpuNodeMicros),
  },
];

function peaksOf(gflops: number, gigabytesPerSecond: number, nodeMicros: number): MachinePeaks {
  return { gflops, gigabytesPerSecond, nodeMicros };
}
