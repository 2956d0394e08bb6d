import { fetchWeights } from "../node/index.js";

/** Flags of `metrics fetch`. */
export interface FetchFlags {
  url?: string;
  json?: boolean;
}

/** Fetches a network's published weights into the cache, once, and says where they are. */
export async function runFetch(name: string, { url, json }: FetchFlags): Promise<void> {
  let shown = -1;
  const onProgress = (bytes: number, total: number) => {
    const percent = Math.floor((100 * bytes) / total);
    if (!process.stderr.isTTY || percent === shown) return;
    shown = percent;
    process.stderr.write(
      `\r${name}: ${percent} % of ${(total / 1e6).toFixed(0)} MB${percent === 100 ? "\n" : ""}`,
    );
  };
  const path = await fetchWeights(name, { url, onProgress });
  console.log(json ? JSON.stringify({ name, path }) : `${name}: ${path}`);
}
