import * as tf from "@tensorflow/tfjs-core";
import { beforeEach, expect, it } from "vitest";
import { compile } from "./portable.js";

// Nothing here imports the backend before the second test does: by itself this entry registers none.
import "@tensorflow/tfjs-backend-cpu";

beforeEach(() => tf.setBackend("cpu"));

it("runs the function each time on a backend that does not compile, and leaves no tensor behind", () => {
  expect(tf.engine().registryFactory).not.toHaveProperty("ort");
  let runs = 0;
  const square = compile((x: tf.Tensor) => {
    runs++;
    return tf.mul(x, x);
  });
  const x = tf.tensor1d([3]);
  const before = tf.memory().numTensors;
  for (let call = 1; call <= 3; call++) {
    const y = square(x);
    expect(y.dataSync()[0]).toBe(9);
    y.dispose();
    expect(runs).toBe(call);
  }
  expect(tf.memory().numTensors).toBe(before);
  square.dispose();
});

it("compiles while ort is the current backend, and goes back to plain runs with another", async () => {
  const { explain } = await import("../index.js");
  let runs = 0;
  const double = compile(
    (x: tf.Tensor) => {
      runs++;
      return tf.add(x, x);
    },
    { name: "doubling" },
  );
  const callOnce = () => tf.tidy(() => double(tf.tensor1d([runs, 1])).arraySync());
  await tf.setBackend("ort");
  callOnce();
  const tracing = runs;
  for (let call = 0; call < 3; call++) callOnce();
  expect(runs).toBe(tracing);
  expect(explain().graphs.map(({ name }) => name)).toContain("doubling");

  await tf.setBackend("cpu");
  callOnce();
  expect(runs).toBe(tracing + 1);

  double.dispose();
  expect(explain().graphs.map(({ name }) => name)).not.toContain("doubling");
});
