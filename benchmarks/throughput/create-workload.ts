import type { Workload } from "../../packages/backend-ort/bench/workload.js";
import type { ThroughputCase } from "./cases.js";

/** A case as both processes are told of it. */
export function createWorkload(one: ThroughputCase): Workload {
  const { name, gan, model, batch, cycle, level, fade } = one;
  const given = { gan, model: JSON.stringify(model), batch, cycle, level, fade };
  return {
    label: name,
    ourScript: new URL("./ours.ts", import.meta.url).href,
    peerScript: "gan_step",
    arguments: Object.entries(given).flatMap(([key, value]) =>
      value === undefined ? [] : [`--${key}`, String(value)],
    ),
    neededOperations: Number.POSITIVE_INFINITY, // counted from the graph that is executed
  };
}
