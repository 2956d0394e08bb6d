// tfjs-core in Node comes without gradients; tfjs-layers registers them.
import "@tensorflow/tfjs-layers";
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { compile, configure, explain } from "../index.js";
import { seededTensor } from "../kernels/parity.test-helper.js";
import { probeProvider } from "../providers/probe.js";
import { DeviceVector } from "../record/device-vector.js";

const probe = probeProvider("webgpu");
const skipped = probe.usable ? "" : ` (skipped, no adapter: ${probe.reason})`;

beforeAll(async () => void (await tf.setBackend("ort")));
beforeEach(() => configure({ provider: "webgpu" }));
afterEach(() => configure({ withoutPasses: new Set() }));
afterAll(() => configure({ provider: "cpu" }));

/** Ten weights, more than one operator may take apart, with a moment each; two functions that move them. */
function createTraining() {
  const weights = Array.from({ length: 10 }, (_, index) =>
    tf.tidy(() => tf.variable(seededTensor([index + 1, 3], index))),
  );
  const moments = weights.map(({ shape }) => tf.tidy(() => tf.variable(tf.zeros(shape))));
  const update = (x: tf.Tensor, rate: number) => {
    const loss = () => tf.addN(weights.map((weight) => tf.sum(tf.square(tf.sub(weight, x))))) as tf.Scalar;
    const { value, grads } = tf.variableGrads(loss, weights);
    for (const [index, weight] of weights.entries()) {
      const moment = moments[index] as tf.Variable;
      moment.assign(tf.add(tf.mul(moment, 0.5), tf.mul(grads[weight.name] as tf.Tensor, 0.5)));
      weight.assign(tf.sub(weight, tf.mul(moment, rate)));
    }
    return value;
  };
  const step = compile(update, { name: "joint" });
  const run = (x: number, rate = 0.1): number =>
    tf.tidy(() => step(tf.scalar(x), rate).dataSync()[0] as number);
  const variables = [...weights, ...moments];
  const values = () => variables.map((variable) => Array.from(variable.dataSync()));
  const dispose = () => {
    step.dispose();
    tf.dispose(variables);
  };
  return { weights, run, values, dispose };
}

describe.runIf(probe.usable)(`variables in one vector on the device${skipped}`, () => {
  it("move as apart, with fewer nodes, and leave nothing behind", () => {
    const outcomes = [[], ["joining"] as const].map((without) => {
      configure({ withoutPasses: new Set(without) });
      const { run, values, dispose } = createTraining();
      const seen = [run(1), run(2), run(0.5)];
      const bytes = explain().deviceBytes;
      const nodes = explain().graphs.findLast(({ name }) => name === "joint")?.nodes as number;
      const outcome = { seen, bytes, values: values() };
      dispose();
      expect(explain().deviceBytes).toBe(0);
      return { nodes, ...outcome };
    });
    const [joined, apart] = outcomes as [(typeof outcomes)[0], (typeof outcomes)[0]];
    expect(joined.nodes).toBeLessThan(apart.nodes);
    expect(joined.bytes).toBe(2 * 55 * 3 * 4);
    expect(joined.bytes).toBe(apart.bytes);
    const differences = joined.values.flat().map((value, at) => value - (apart.values.flat()[at] as number));
    expect(Math.max(...differences.map(Math.abs))).toBeLessThan(1e-6);
  });

  it("are read one by one, assigned, and gathered again", () => {
    const { weights, run, values, dispose } = createTraining();
    run(1);
    const first = weights[0] as tf.Variable;
    const clone = (weights[1] as tf.Variable).clone();
    const before = Array.from(first.dataSync());
    expect(explain().deviceBytes).toBe((2 * 55 - 1) * 3 * 4);
    tf.tidy(() => first.assign(tf.zeros([1, 3])));
    // Its moment stays, so that it moves on from zero.
    const loss = run(0, 0);
    expect(Array.from(first.dataSync())).toEqual([0, 0, 0]);
    expect(before).not.toEqual([0, 0, 0]);
    const kept = values().slice(1, 10).flat();
    expect(loss).toBeCloseTo(
      kept.reduce((sum, value) => sum + value ** 2, 0),
      4,
    );
    expect(Array.from(clone.dataSync())).toEqual(values()[1]);
    clone.dispose();
    dispose();
  });

  it("go from one graph to another without a copy", () => {
    const { run, dispose } = createTraining();
    const read = vi.spyOn(DeviceVector.prototype, "read");
    run(1, 0.1);
    // Another static argument: another graph.
    run(1, 0.2);
    run(1, 0.1);
    expect(read).not.toHaveBeenCalled();
    read.mockRestore();
    dispose();
  });
});

describe("DeviceVector", () => {
  it("is fetched once for all its parts", () => {
    const download = vi.fn(() => Float32Array.of(1, 2, 3));
    const vector = new DeviceVector({ size: 3 } as never, download);
    vector.hold();
    expect([...vector.read(1, 2), ...vector.read(0, 1)]).toEqual([2, 3, 1]);
    expect(download).toHaveBeenCalledTimes(1);
    vector.letGo();
  });
});
