import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const script = fileURLToPath(new URL("./no-growth.test-helper.ts", import.meta.url));
const [warmUpSteps, steps] = [1_000, 3_000];

it(`neither tensors nor resident memory grow over ${steps} steps of training`, async () => {
  const args = ["--expose-gc", "--import", "tsx", script, String(warmUpSteps), String(steps)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const [before, after] = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { tensors: number; megabytes: number });
  expect(after?.tensors).toBe(before?.tensors);
  expect((after?.megabytes as number) / (before?.megabytes as number)).toBeLessThan(1.03);
}, 120_000);
