import { spawnSync } from "node:child_process";
import type { DeviceReport } from "./rows.js";

/** NVIDIA's first card and its driver, as their tool names them; null where there is no such tool. */
export function describeCard(): Pick<DeviceReport["machine"], "card" | "driver"> {
  const asking = ["--query-gpu=name,driver_version", "--format=csv,noheader"];
  const { status, stdout } = spawnSync("nvidia-smi", asking, { encoding: "utf8", timeout: 10_000 });
  const [card = null, driver = null] = status === 0 ? (stdout.trim().split("\n")[0]?.split(", ") ?? []) : [];
  return { card, driver };
}
