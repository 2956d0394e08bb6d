import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-layers";
import { beforeEach, expect, it } from "vitest";
import { compile } from "../index.js";

beforeEach(async () => {
  await tf.setBackend("ort");
});

const makeCounter = () => {
  const state = tf.variable(tf.tensor1d([1, 2, 3]));
  const step = compile((by: tf.Scalar) => {
    state.assign(tf.add(state, by));
    return tf.sum(state);
  });
  const run = (by: number) => tf.tidy(() => step(tf.scalar(by)).dataSync()[0]);
  return { state, run };
};

it("updates a variable where it lies once its buffer is the backend's own", () => {
  const { state, run } = makeCounter();
  expect([run(1), run(1), run(1), run(1)]).toEqual([9, 12, 15, 18]);
  expect([...state.dataSync()]).toEqual([5, 6, 7]);
});

it("keeps what others hold of the old value: clones, read arrays, recorded calls", () => {
  const { state, run } = makeCounter();
  run(1);
  run(1);
  const clone = state.clone();
  const recorded = tf.mul(state, 10);
  run(1);
  expect([...clone.dataSync()]).toEqual([3, 4, 5]);
  expect([...recorded.dataSync()]).toEqual([30, 40, 50]);
  const read = state.dataSync();
  run(1);
  expect([...read]).toEqual([4, 5, 6]);
  expect([...state.dataSync()]).toEqual([5, 6, 7]);
});
