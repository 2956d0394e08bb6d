import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { containerKey, mapTensors, tensorsIn } from "./containers.js";

const tensor = (...shape: number[]): tf.Tensor => tf.zeros(shape);

describe("containerKey", () => {
  it("is equal for tensors of one shape and dtype, whatever their values", () => {
    expect(containerKey({ x: [tf.ones([2])], n: 1 })).toBe(containerKey({ x: [tensor(2)], n: 1 }));
  });

  it("tells apart all that must trace again", () => {
    const values: unknown[] = [
      0,
      -0,
      1,
      Number.NaN,
      "0",
      "",
      "a",
      "undefined",
      undefined,
      null,
      "null",
      true,
      false,
      "true",
      [],
      [[]],
      {},
      [0],
      [0, 0],
      [[0], 0],
      [[0, 0]],
      ["0,0"],
      { a: 0 },
      { b: 0 },
      { a: 0, b: 0 },
      { a: [0] },
      { 'a":0,"b': 0 },
      tensor(),
      tensor(2),
      tensor(2, 1),
      tf.zeros([2], "int32"),
      [tensor(2)],
      "<float32[2]>",
      [tensor(2), tensor(2)],
    ];
    const keys = values.map(containerKey);
    expect(new Set(keys).size).toBe(values.length);
  });

  it("refuses what has no value to compare", () => {
    class Config {}
    for (const value of [
      new Config(),
      new Map(),
      new Date(0),
      new Float32Array(1),
      () => 1,
      Symbol("s"),
      1n,
      { deep: [new Config()] },
    ]) {
      expect(() => containerKey(value)).toThrow(TypeError);
    }
  });
});

describe("mapTensors", () => {
  it("replaces tensors in a fixed order and keeps all else", () => {
    const [a, b, c] = [tensor(1), tensor(2), tensor(3)];
    const date = new Date(0);
    const nested = {
      first: a,
      list: [b, { inner: c, text: "t", date }],
      again: a,
      bare: Object.assign(Object.create(null), { a }),
    };
    expect(tensorsIn(nested)).toEqual([a, b, c, a, a]);
    expect(mapTensors(nested, ({ shape }) => shape[0])).toEqual({
      first: 1,
      list: [2, { inner: 3, text: "t", date }],
      again: 1,
      bare: { a: 1 },
    });
    expect((mapTensors(nested, () => 0) as { list: [number, { date: Date }] }).list[1].date).toBe(date);
    expect(tensorsIn(tf.variable(a))).toHaveLength(1);
  });
});
