import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { type TrainingRequest, trainPeer } from "./train.js";

const folder = mkdtempSync(join(tmpdir(), "gan-peer-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Something in Python's place that keeps its arguments. */
function writePeer(name: string, end: string): string {
  const path = join(folder, name);
  const program = `#!${process.execPath}
const { writeFileSync } = require("node:fs");
const given = process.argv.slice(3);
const argument = (name) => given[given.indexOf(name) + 1];
writeFileSync(${JSON.stringify(join(folder, "arguments.json"))}, JSON.stringify(given));
${end}
`;
  writeFileSync(path, program);
  chmodSync(path, 0o755);
  return path;
}

const picture = { width: 2, height: 2, channels: 1 as const, pixels: new Uint8Array(4) };
const request = (seed: number) =>
  ({
    bench: {},
    case: { gan: "toy", count: 3 },
    opened: {
      model: { imageSize: 2 },
      batchSize: 5,
      train: { images: [picture] },
      augmentation: { crop: "random", flip: true },
    },
    folder,
    seed,
    images: 40,
    threads: 0,
  }) as unknown as TrainingRequest;

it("gives the peer what ours gets, as many threads as there are cores, and takes its pictures", async () => {
  const peer = writePeer(
    "peer.cjs",
    'writeFileSync(argument("--out"), Uint8Array.from({ length: 12 }, (_, i) => i)); console.log("words"); console.log(JSON.stringify({ version: "9", seconds: 2 }));',
  );
  const trained = await trainPeer(peer, request(1));
  expect(trained).toMatchObject({ version: "9", seconds: 2 });
  expect(trained.pictures.map(({ pixels }) => [...pixels])).toEqual([
    [0, 1, 2, 3],
    [4, 5, 6, 7],
    [8, 9, 10, 11],
  ]);
  const given: string[] = JSON.parse(readFileSync(join(folder, "arguments.json"), "utf8"));
  const argument = (name: string) => given[given.indexOf(name) + 1];
  expect(Number(argument("--threads"))).toBeGreaterThan(0);
  expect([argument("--batch"), argument("--images"), argument("--crop"), given.includes("--flip")]).toEqual([
    "5",
    "40",
    "2",
    true,
  ]);
  // What is there already is not trained again.
  await expect(trainPeer(join(folder, "nowhere"), request(1))).resolves.toEqual(trained);
});

it("tells the last line of what a peer died of", async () => {
  const peer = writePeer(
    "broken.cjs",
    'console.error("Traceback"); console.error("ValueError: no"); process.exit(1);',
  );
  await expect(trainPeer(peer, request(2))).rejects.toThrow(/gan_train_torch\.py failed: ValueError: no$/);
});
