import type { PassedOver, RunningBackend } from "../node/backend-names.js";

interface Machine {
  cores: number;
  load: number;
  freeBytes: number;
}

/** What sets the number of threads, by backend. */
export const threadVariables: Readonly<Partial<Record<RunningBackend["backend"], string>>> = {
  ort: "GAN_ORT_THREADS",
  "tfjs-node": "TF_NUM_INTRAOP_THREADS",
  "tfjs-node-gpu": "TF_NUM_INTRAOP_THREADS",
};

/** Free memory under which large batches may not fit. */
const littleMemory = 2e9;

/** Sentences on what would make training faster here. */
export function suggestFaster(
  backend: (Pick<RunningBackend, "backend" | "device"> & { threads?: number }) | undefined,
  passedOver: readonly PassedOver[],
  { cores, load, freeBytes }: Machine,
): string[] {
  const advice: string[] = [];
  if (backend?.device === "cpu") {
    const noCard = passedOver.some(
      ({ name, reason }) => name === "ort-webgpu" && /no graphics card/.test(reason),
    );
    if (noCard) {
      advice.push(
        "This machine shows no graphics card. On one that has a card the same command uses it, by CUDA or, for any vendor's card, WebGPU.",
      );
    } else {
      for (const { name, reason, remedy } of passedOver) {
        if (name === "ort-webgpu" || name === "ort-cuda") advice.push(`For ${name} (${reason}): ${remedy}.`);
      }
    }
    if (backend.backend !== "ort") {
      advice.push(`On the processor ort trains several times faster than ${backend.backend}: --backend ort.`);
    }
    const variable = threadVariables[backend.backend];
    if (variable !== undefined && backend.threads !== undefined && backend.threads < cores) {
      advice.push(
        `${variable}=${backend.threads} leaves ${cores - backend.threads} of ${cores} cores idle: unset it.`,
      );
    }
  }
  if (load > cores * 1.5) {
    advice.push(
      `Other programs keep the processor busy (load ${load.toFixed(1)} on ${cores} cores), and a step waits for its slowest thread: stop them, or set GAN_ORT_THREADS to fewer.`,
    );
  }
  if (freeBytes < littleMemory) {
    advice.push(
      `Only ${(freeBytes / 1e9).toFixed(1)} GB of memory are free: take smaller batches (--set training.batchSize=16, with training.accumulate to make up for it).`,
    );
  }
  return advice;
}
