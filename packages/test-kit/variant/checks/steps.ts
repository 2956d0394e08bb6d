import { Random, type TensorRecord, Trainer } from "@gan/core";
import { dispose, memory } from "@tensorflow/tfjs-core";
import { expect } from "vitest";
import type { VariantSuite } from "../suite.js";
import { copyModel, copyValues, disposeVariant, listChanges } from "../variables.js";

const count = 6;
/** Steps in which state is still made: two sets of buffers take turns. */
const warmUp = 2;

/** Some steps and what they leave. */
function runSteps<Network extends string, Batch extends TensorRecord>(
  suite: VariantSuite<Network, Batch>,
  seed: number,
  steps = count,
  noiseSeed = seed,
) {
  const atFirst = memory().numTensors;
  const variant = suite.create(seed);
  const trainer = new Trainer(variant, new Random(noiseSeed));
  const measures = [];
  const tensors = [];
  for (let step = 0; step < steps; step++) {
    const batch = suite.createBatch(new Random(40 + step));
    measures.push(trainer.step(batch, suite.batchSize));
    dispose(batch);
    tensors.push(memory().numTensors);
  }
  const model = copyModel(variant);
  trainer.dispose();
  disposeVariant(variant);
  return { measures, tensors, model, left: memory().numTensors - atFirst, phases: variant.phases };
}

/** Every phase measures at least one loss, and all losses, reports and gradient norms are finite. */
export async function checkFinite<Network extends string, Batch extends TensorRecord>(
  suite: VariantSuite<Network, Batch>,
): Promise<void> {
  const { measures, model, phases } = runSteps(suite, 1);
  for (const { losses, reports, gradientNorms } of measures) {
    for (const [name, value] of Object.entries({ ...losses, ...reports, ...gradientNorms })) {
      if (!Number.isFinite(value)) expect(value, `${name}, which must be finite`).toBe(0);
    }
  }
  for (const { name } of phases) {
    const terms = Object.keys(measures[0]?.losses ?? {}).filter((term) => term.startsWith(`${name}.`));
    expect(terms.length, `loss terms of the phase ${name}`).toBeGreaterThan(0);
    expect(measures[0]?.gradientNorms[name], `the gradient of the phase ${name}`).toBeGreaterThan(0);
  }
  const broken = [...model].filter(([, values]) => !values.every(Number.isFinite)).map(([name]) => name);
  expect(broken, "weights that are not finite").toEqual([]);
}

/** The same seeds lead to the same bits, another seed of the weights or of the noise to others. */
export async function checkSeeds<Network extends string, Batch extends TensorRecord>(
  suite: VariantSuite<Network, Batch>,
): Promise<void> {
  const [first, again] = [runSteps(suite, 1, 3), runSteps(suite, 1, 3)];
  expect(listChanges(first.model, again.model), "what the same seed made differently").toEqual([]);
  expect(again.measures).toEqual(first.measures);
  const [one, two] = [suite.create(1), suite.create(2)];
  for (const network of Object.keys(one.networks) as Network[]) {
    const [weights, others] = [one, two].map((variant) =>
      copyValues(variant.networks[network].namedParameters()),
    );
    const changed = listChanges(weights as Map<string, Float32Array>, others as Map<string, Float32Array>);
    expect(changed.length, `weights of the ${network} that another seed changed`).toBeGreaterThan(0);
  }
  disposeVariant(one);
  disposeVariant(two);
  if (suite.kind === "translator") return;
  const other = runSteps(suite, 1, 1, 2);
  expect(other.measures[0]?.losses, "losses from other noise").not.toEqual(first.measures[0]?.losses);
}

/** Steps leave as many tensors as they found, and nothing is left at the end. */
export async function checkLeaks<Network extends string, Batch extends TensorRecord>(
  suite: VariantSuite<Network, Batch>,
): Promise<void> {
  const { tensors, left } = runSteps(suite, 1);
  expect(new Set(tensors.slice(warmUp)).size, `numbers of tensors after steps: ${tensors}`).toBe(1);
  expect(left, "tensors that outlived the trainer and the networks").toBe(0);
}
