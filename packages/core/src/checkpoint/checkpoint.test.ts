import { useCpuBackend } from "@gan/test-kit";
import { memory, tensor, variable } from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { CheckpointError } from "../errors/index.js";
import { Random } from "../random/index.js";
import { decodeSafetensors, decodeSafetensorsMetadata, encodeSafetensors } from "./safetensors.js";
import { assignVariables, readVariables } from "./variables.js";

beforeAll(useCpuBackend);

const tensors = new Map([
  ["a.weight", { shape: [2, 3], values: Float32Array.from([1, -2, 3.5, 0, 1e-30, 6]) }],
  ["b", { shape: [], values: Float32Array.from([7]) }],
  ["empty", { shape: [0, 4], values: new Float32Array() }],
]);

describe("safetensors", () => {
  it("has the documented bytes", () => {
    const bytes = encodeSafetensors(new Map([["x", { shape: [1], values: Float32Array.from([1]) }]]));
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    expect(length % 8).toBe(0);
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
    expect(header).toEqual({ __metadata__: {}, x: { dtype: "F32", shape: [1], data_offsets: [0, 4] } });
    expect([...bytes.subarray(8 + length)]).toEqual([0, 0, 0x80, 0x3f]);
  });

  it("gives back what was written", () => {
    expect(decodeSafetensors(encodeSafetensors(tensors, { note: "Grüße" }), "toy")).toEqual(tensors);
  });

  it("gives back the free text, and none where there is none", () => {
    expect(decodeSafetensorsMetadata(encodeSafetensors(tensors, { note: "Grüße" }), "toy")).toEqual({
      note: "Grüße",
    });
    expect(decodeSafetensorsMetadata(encodeSafetensors(tensors), "toy")).toEqual({});
    expect(() => decodeSafetensorsMetadata(new Uint8Array(4), "toy")).toThrow(CheckpointError);
  });

  it("reads a view into a larger buffer, as readFile gives for small files", () => {
    const pool = Buffer.concat([Buffer.from("xyz"), encodeSafetensors(tensors)]);
    expect(decodeSafetensors(pool.subarray(3), "toy")).toEqual(tensors);
  });

  it("refuses every truncation", () => {
    const bytes = encodeSafetensors(tensors);
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decodeSafetensors(bytes.subarray(0, length), "toy")).toThrow(CheckpointError);
    }
  });

  it("meets a damaged header with its own error or the same tensors, never another failure", () => {
    const random = new Random(6);
    const valid = encodeSafetensors(tensors);
    let refused = 0;
    for (let trial = 0; trial < 500; trial++) {
      const bytes = valid.slice();
      const position = random.integer(200);
      bytes[position] = (bytes[position] as number) ^ (1 << random.integer(8));
      try {
        decodeSafetensors(bytes, "toy");
      } catch (error) {
        expect(error).toBeInstanceOf(CheckpointError);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(100);
  });
});

describe("assignVariables", () => {
  it("restores values and leaves no tensor behind", async () => {
    const source = new Map([["w", variable(tensor([1, 2]))]]);
    const target = new Map([["w", variable(tensor([0, 0]))]]);
    const host = await readVariables(source);
    const before = memory().numTensors;
    assignVariables(target, host, "toy");
    expect([...(target.get("w")?.dataSync() ?? [])]).toEqual([1, 2]);
    expect(memory().numTensors).toBe(before);
  });

  it("lists what does not fit and changes nothing", () => {
    const target = new Map([
      ["w", variable(tensor([5, 5]))],
      ["v", variable(tensor([5]))],
    ]);
    const saved = new Map([
      ["w", { shape: [3], values: new Float32Array(3) }],
      ["u", { shape: [1], values: new Float32Array(1) }],
    ]);
    expect(() => assignVariables(target, saved, "toy")).toThrow(
      /w is \[3\], needed \[2\]; v is missing; u is unknown/,
    );
    expect([...(target.get("w")?.dataSync() ?? [])]).toEqual([5, 5]);
  });
});
