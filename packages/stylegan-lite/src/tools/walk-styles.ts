import { ConfigError, interpolateSpherically } from "@gan/core";
import {
  add,
  concat,
  mul,
  slice,
  sub,
  type Tensor2D,
  type Tensor3D,
  tensor2d,
  tidy,
} from "@tensorflow/tfjs-core";
import type { LayeredStyles } from "../layered-styles.js";

/** A place on the way from one stop to another. */
export interface WalkPlace {
  /** Index of the style it leaves. */
  from: number;
  /** Index of the style it approaches. */
  to: number;
  /** 0 at `from`, under or equal to 1. */
  share: number;
}

/**
 * Plans a way over stops.
 *
 * @param form `loop` comes back to its beginning, each stop once; `path` ends at the last stop; `rows` has both ends
 *   in each leg, for strips.
 * @param steps Of each leg.
 * @throws ConfigError when there are not two stops.
 */
export function planWalk(stops: number, steps: number, form: "loop" | "path" | "rows"): WalkPlace[] {
  if (stops < 2) throw new ConfigError("stylegan-lite", `a way needs at least two stops, got ${stops}.`);
  const legs = form === "loop" ? stops : stops - 1;
  return Array.from({ length: legs }, (_, leg) => {
    const isEnd = form === "rows" || (form === "path" && leg === legs - 1);
    return Array.from({ length: isEnd ? steps + 1 : steps }, (_, step) => ({
      from: leg,
      to: (leg + 1) % stops,
      share: step / steps,
    }));
  }).flat();
}

/**
 * Styles on the straight line between stops: `(1 - t)·w₁ + t·w₂`.
 *
 * @param stops [stops, styleCount, styleSize]; stays the caller's.
 * @returns [places, styleCount, styleSize], owned by the caller.
 */
export function walkStyles(stops: LayeredStyles, places: readonly WalkPlace[]): LayeredStyles {
  const [, ...shape] = stops.shape;
  const stop = (index: number): Tensor3D => slice(stops, [index, 0, 0], [1, ...shape]);
  return tidy(() =>
    concat(
      places.map(({ from, to, share }) => add(stop(from), mul(sub(stop(to), stop(from)), share)) as Tensor3D),
      0,
    ),
  );
}

/**
 * Latents on the great circle between stops, so that their length stays typical. White 2016.
 *
 * @param stops [stops, latentSize]; stays the caller's.
 * @returns [places, latentSize], owned by the caller.
 */
export async function walkLatents(stops: Tensor2D, places: readonly WalkPlace[]): Promise<Tensor2D> {
  const [, size] = stops.shape;
  const values = await stops.data<"float32">();
  const stop = (index: number) => values.slice(index * size, (index + 1) * size);
  const walked = new Float32Array(places.length * size);
  for (const [index, { from, to, share }] of places.entries()) {
    walked.set(interpolateSpherically(stop(from), stop(to), share), index * size);
  }
  return tensor2d(walked, [places.length, size]);
}
