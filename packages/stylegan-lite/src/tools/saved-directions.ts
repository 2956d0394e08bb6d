import { CheckpointError, encodeSafetensors, type HostTensor } from "@gan/core";
import type { StyleDirection } from "./style-directions.js";

/** The name of the directions' file in a folder of pretrained weights. */
export const directionsFile = "directions.safetensors";

/** Directions in w by the way in which they were found. */
export interface SavedDirections {
  /** Principal components of w. */
  pca: StyleDirection[];
  /** Of the weights that read w. */
  sefa: StyleDirection[];
}

const methods = ["pca", "sefa"] as const;
const numbers = ["value", "share", "deviation"] as const;

/** Directions as a safetensors file of 32-bit floats: for each method its vectors [count, styleSize] and numbers [count]. */
export function encodeDirections(directions: SavedDirections): Uint8Array {
  const tensors = new Map<string, HostTensor>();
  for (const method of methods) {
    const found = directions[method];
    const size = found[0]?.vector.length ?? 0;
    const vectors = new Float32Array(found.length * size);
    for (const [index, { vector }] of found.entries()) vectors.set(vector, index * size);
    tensors.set(`${method}.vector`, { shape: [found.length, size], values: vectors });
    for (const name of numbers) {
      const values = Float32Array.from(found, (direction) => direction[name]);
      tensors.set(`${method}.${name}`, { shape: [found.length], values });
    }
  }
  return encodeSafetensors(tensors, { variant: "stylegan-lite" });
}

/**
 * Directions that {@link encodeDirections} wrote.
 *
 * @param tensors The file's, by name.
 * @param source What to call the file in errors.
 * @throws CheckpointError when it holds something else.
 */
export function decodeDirections(tensors: ReadonlyMap<string, HostTensor>, source: string): SavedDirections {
  const read = (method: (typeof methods)[number]): StyleDirection[] => {
    const vectors = tensors.get(`${method}.vector`);
    const lists = numbers.map((name) => tensors.get(`${method}.${name}`));
    const [count = 0, size = 0] = vectors?.shape ?? [];
    if (vectors === undefined || lists.some((list) => list?.shape.join() !== `${count}`)) {
      throw new CheckpointError(
        "stylegan-lite",
        `${source} holds no directions in w. Install the package again.`,
      );
    }
    return Array.from({ length: count }, (_, index) => {
      const [value, share, deviation] = lists.map((list) => list?.values[index] as number);
      const vector = vectors.values.slice(index * size, (index + 1) * size);
      return { vector, value, share, deviation } as StyleDirection;
    });
  };
  return { pca: read("pca"), sefa: read("sefa") };
}
