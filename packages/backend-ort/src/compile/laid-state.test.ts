import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-layers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { OrtBackend } from "../backend.js";
import { blockedColumnsLayout } from "../graph/memory-layout.js";
import type { Pass } from "../graph/passes.js";
import { compile, configure } from "../index.js";
import { seededTensor } from "../kernels/parity.test-helper.js";
import { imageBlock } from "../runtime/image-block.js";

beforeEach(async () => {
  await tf.setBackend("ort");
});
afterEach(() => configure({ withoutPasses: new Set(), provider: "cpu" }));

/** A filter large enough to be kept in blocks, with a moment and an average, moved by a compiled step. */
function createTraining() {
  const shape = [4, 4, 32, 64] as const;
  const filter = tf.tidy(() => tf.variable(tf.mul(seededTensor(shape, 1), 0.05) as tf.Tensor4D));
  const zeros = () => tf.tidy(() => tf.variable(tf.zeros([...shape])));
  const [moment, average] = [zeros(), zeros()];
  const x = seededTensor([16, 8, 8, 32], 2) as tf.Tensor4D;
  const forward = (input: tf.Tensor4D): tf.Tensor => tf.conv2d(input, filter as tf.Tensor4D, 2, "same");
  const update = (input: tf.Tensor4D, rate: tf.Scalar): tf.Scalar => {
    const loss = () => {
      const once = forward(input);
      // The filter both ways: its input's gradient turns it round.
      const back = tf.conv2dTranspose(once as tf.Tensor4D, filter as tf.Tensor4D, [16, 8, 8, 32], 2, "same");
      return tf.mean(tf.square(tf.sub(back, input))) as tf.Scalar;
    };
    const { value, grads } = tf.variableGrads(loss, [filter]);
    const gradient = grads[filter.name] as tf.Tensor;
    moment.assign(tf.add(tf.mul(moment, 0.5), tf.mul(gradient, 0.5)));
    filter.assign(tf.sub(filter, tf.mul(moment, rate)) as tf.Tensor4D);
    average.assign(tf.add(tf.mul(average, 0.75), tf.mul(filter, 0.25)));
    return value;
  };
  const variables = [filter, moment, average];
  const step = compile(update);
  const run = (rate = 1): number => tf.tidy(() => step(x, tf.scalar(rate)).dataSync()[0] as number);
  const dispose = () => {
    step.dispose();
    tf.dispose([...variables, x]);
  };
  return { filter, moment, average, variables, x, forward, run, dispose };
}

type Training = ReturnType<typeof createTraining>;

/** What `play` sees and leaves, with filters kept in blocks and without, which must be the same bits. */
function expectSame(play: (training: Training) => unknown): void {
  const outcomes = ([[], ["layouts"]] as Pass[][]).map((without) => {
    configure({ withoutPasses: new Set(without) });
    const training = createTraining();
    const seen = play(training);
    const values = training.variables.map((variable) => Array.from(variable.dataSync()));
    training.dispose();
    return { seen, values };
  });
  expect(outcomes[0]).toEqual(outcomes[1]);
  expect(outcomes[0]?.values.flat().every(Number.isFinite)).toBe(true);
}

describe.skipIf(imageBlock() === undefined)("a filter that a compiled function keeps in blocks", () => {
  it("moves by the same bits, call after call", () => {
    expectSame(({ run }) => [run(), run(), run(0.5), run()]);
  });

  it("is read in between, by the program and by other graphs, and goes on", () => {
    expectSame(({ run, filter, average, x, forward }) => {
      const other = compile((input: tf.Tensor4D) => forward(input));
      const seen: unknown[] = [];
      for (let index = 0; index < 3; index++) {
        seen.push(run());
        seen.push(tf.tidy(() => Array.from(tf.sum(forward(x), [0, 1, 2]).dataSync())));
        seen.push(tf.tidy(() => Array.from(other(x).dataSync().slice(0, 50))));
        if (index === 1) seen.push(Array.from(filter.dataSync()), Array.from(average.dataSync()));
      }
      other.dispose();
      return seen;
    });
  });

  it("takes up what is assigned, and what the program writes into an array that it read", () => {
    expectSame(({ run, filter, moment }) => {
      const seen = [run()];
      const saved = filter.dataSync().slice();
      seen.push(run());
      tf.tidy(() => filter.assign(tf.tensor(saved, filter.shape) as tf.Tensor4D));
      moment.dataSync().fill(0.001);
      seen.push(run(), run());
      return seen;
    });
  });

  it("leaves clones and recorded calls what they were", () => {
    const { run, filter, dispose } = createTraining();
    run();
    run();
    const clone = filter.clone();
    const recorded = tf.mul(filter, 2);
    run();
    run();
    const before = Array.from(clone.dataSync());
    expect(Array.from(recorded.dataSync())).toEqual(before.map((value) => Math.fround(value * 2)));
    expect(Array.from(filter.dataSync())).not.toEqual(before);
    tf.dispose([clone, recorded]);
    dispose();
  });

  it("goes between two compiled functions, and outlives them", () => {
    expectSame(({ run, filter, moment, x, forward }) => {
      const other = compile((input: tf.Tensor4D) => {
        const { value, grads } = tf.variableGrads(
          () => tf.mean(tf.square(forward(input))) as tf.Scalar,
          [filter],
        );
        moment.assign(tf.mul(grads[filter.name] as tf.Tensor, 0.5));
        filter.assign(tf.sub(filter, tf.mul(moment, 0.1)) as tf.Tensor4D);
        return value;
      });
      const seen: number[] = [];
      for (let index = 0; index < 3; index++) {
        seen.push(run());
        seen.push(tf.tidy(() => other(x).dataSync()[0] as number));
      }
      other.dispose();
      return seen;
    });
  });

  it("is counted as any other variable is", () => {
    const before = tf.memory();
    const { run, filter, dispose } = createTraining();
    run();
    const held = tf.memory();
    const kept = (tf.engine().backend as OrtBackend).tensor(filter.dataId);
    expect(Reflect.get(kept, "laid")).toBeDefined();
    run();
    run();
    expect(tf.memory()).toEqual(held);
    expect(held.numTensors - before.numTensors).toBe(4);
    dispose();
    expect(tf.memory()).toEqual(before);
  });
});

it("a layout in blocks of columns goes there and back", () => {
  const layout = blockedColumnsLayout(4, 2);
  const plain = Float32Array.from({ length: 12 }, (_, index) => index);
  const laid = new Float32Array(12);
  layout.fromPlain(plain, laid);
  expect(Array.from(laid)).toEqual([0, 1, 4, 5, 8, 9, 2, 3, 6, 7, 10, 11]);
  expect(layout.toPlain(laid)).toEqual(plain);
});
