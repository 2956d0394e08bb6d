import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { encodeSafetensors } from "../checkpoint/index.js";
import { hashState } from "../metrics/networks/hashed-weights.test-helper.js";
import { writePicture } from "../node/index.js";
import { Random } from "../random/index.js";
import { runGan } from "./gan.js";

const fixture = new URL("../../fixtures/metrics/lpips-networks.json", import.meta.url);
let folder = "";
const [out, err]: [string[], string[]] = [[], []];
const place = (name: string) => join(folder, name);
const run = async (...args: string[]) => {
  out.length = err.length = 0;
  const code = await runGan(["metrics", "lpips", ...args, "--backbone", place("alex.safetensors"), "--json"]);
  return { code, err: err.join("\n"), result: code === 0 ? JSON.parse(out.join("\n")) : undefined };
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gan-lpips-"));
  const { alex } = JSON.parse(await readFile(fixture, "utf8")) as {
    alex: { shapes: Record<string, number[]> };
  };
  await writeFile(place("alex.safetensors"), encodeSafetensors(hashState(alex.shapes)));
  for (const [name, seed, count] of [
    ["real", 1, 3],
    ["fake", 2, 3],
    ["few", 3, 2],
  ] as const) {
    const random = new Random(seed);
    for (let index = 0; index < count; index++) {
      const pixels = Uint8Array.from(random.uniforms(64 * 64 * 3), (value) => value * 256);
      await writePicture(join(place(name), `${index}.png`), { width: 64, height: 64, channels: 3, pixels });
    }
  }
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(() => {
  vi.spyOn(console, "log").mockImplementation((text) => void out.push(String(text)));
  vi.spyOn(console, "error").mockImplementation((text) => void err.push(String(text)));
});

it("compares pairs in order, 0 for equal folders, and tells how varied the generated ones are", async () => {
  const same = await run(place("real"), place("real"));
  expect(same.result).toMatchObject({ lpips: 0, pairs: 3, network: { name: "alex" } });
  const { result } = await run(place("real"), place("fake"), "--diversity", "4");
  expect(result.lpips).toBeGreaterThan(0);
  expect(result.lpipsDiversity).toBeGreaterThan(0);
});

it("refuses folders of different sizes", async () => {
  const { code, err } = await run(place("real"), place("few"));
  expect([code, err]).toEqual([1, expect.stringMatching(/equally many pictures, got 3 and 2/)]);
});
