/** Prints as JSON how long FID from stored features takes: `fid-once.ts real.f32 fake.f32 count size`. */
import { readFileSync } from "node:fs";
import { multiplyDoubles } from "@gan/backend-ort";
import { computeFrechetDistance, computeStatistics } from "@gan/core";

const [real = "", fake = "", countText, sizeText] = process.argv.slice(2);
const [count, size] = [Number(countText), Number(sizeText)];
const load = (path: string) => {
  const { buffer } = Uint8Array.from(readFileSync(path));
  return { values: new Float32Array(buffer), count, size };
};
const options = { multiply: multiplyDoubles };
const [one, other] = [load(real), load(fake)];
const start = performance.now();
const statistics = [one, other].map((features) => computeStatistics(features, options));
const middle = performance.now();
const [first, second] = statistics as [(typeof statistics)[0], (typeof statistics)[0]];
const fid = computeFrechetDistance(first, second, options);
const end = performance.now();
const peakMegabytes = process.resourceUsage().maxRSS / 1024;
console.log(
  JSON.stringify({
    fid,
    statisticsSeconds: (middle - start) / 1000,
    distanceSeconds: (end - middle) / 1000,
    peakMegabytes,
  }),
);
