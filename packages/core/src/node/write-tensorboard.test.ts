import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { crc32c, encodeEventFile } from "./event-records.js";
import { RunLog } from "./run-log.js";
import { writeTensorboard } from "./write-tensorboard.js";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "gan-board-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it("checks by CRC-32C", () => {
  // RFC 3720, appendix B.4, and the usual check value.
  expect(crc32c(Buffer.from("123456789"))).toBe(0xe3069283);
  expect(crc32c(Buffer.alloc(32))).toBe(0x8a9136aa);
  expect(crc32c(Buffer.alloc(32, 0xff))).toBe(0x62a8ab43);
});

it("writes the bytes that TensorFlow's own writer does", () => {
  // tf.summary of one scalar: Event { wall_time: 2.5, step: 300, summary { value { tag: "a", simple_value: 0.5 } } }
  const [head, body] = ["1a0d627261696e2e4576656e743a32", "10ac022a0a0a080a0161150000003f"];
  const file = encodeEventFile([{ tag: "a", step: 300, value: 0.5, wallSeconds: 2.5 }], 1);
  const first = Number(file.readBigUInt64LE(0));
  expect(file.subarray(12, 12 + first).toString("hex")).toBe(`09000000000000f03f${head}`);
  const second = 12 + first + 4;
  const length = Number(file.readBigUInt64LE(second));
  expect(file.subarray(second + 12, second + 12 + length).toString("hex")).toBe(`090000000000000440${body}`);
  expect(file.length).toBe(second + 12 + length + 4);
});

it("grows with the log, and begins anew after the run went back", async () => {
  await writeFile(join(folder, "config.json"), "{}");
  const log = new RunLog(folder);
  const step = async (imagesSeen: number, loss: number) => {
    const measures = {
      losses: { "generator.fake": loss },
      reports: {},
      gradientNorms: {},
      learningRates: {},
    };
    await log.add({ type: "step", imagesSeen, ...measures, durationMillis: 10 });
    await log.flush();
    await writeTensorboard(folder);
    const names = await readdir(join(folder, "tensorboard"));
    expect(names).toHaveLength(1);
    return {
      name: names[0] as string,
      bytes: await readFile(join(folder, "tensorboard", names[0] as string)),
    };
  };
  const [first, second] = [await step(10, 1), await step(20, 2)];
  expect(second.name).toBe(first.name);
  expect(second.bytes.subarray(0, first.bytes.length).equals(first.bytes)).toBe(true);
  expect(second.bytes.includes("losses/generator.fake", first.bytes.length)).toBe(true);
  await log.cut(10);
  const third = await step(20, 3);
  expect(third.name).not.toBe(second.name);
  expect(third.bytes).toHaveLength(second.bytes.length);
});
