import { type Module, Random, type TensorRecord, Trainer, type Variant } from "@gan/core";
import { dispose } from "@tensorflow/tfjs-core";
import { expect } from "vitest";
import type { VariantSuite } from "../suite.js";
import { copyValues, disposeVariant, listChanges } from "../variables.js";

/** Each phase, run alone, moves every parameter of the networks that it names, and not a bit of any other. */
export async function checkPhases<Network extends string, Batch extends TensorRecord>(
  suite: VariantSuite<Network, Batch>,
): Promise<void> {
  const phases = suite.create(1);
  disposeVariant(phases);
  for (const { name } of phases.phases) {
    const variant = suite.create(1);
    const phase = variant.phases.find((one) => one.name === name);
    if (phase === undefined) throw new Error(`the phase ${name} is there once, but not again`);
    const networks = Object.entries<Module>(variant.networks);
    const copyAll = () =>
      new Map(networks.map(([network, module]) => [network, copyValues(module.namedVariables())]));
    const before = copyAll();
    const batch = suite.createBatch(new Random(2));
    const trainer = new Trainer(onlyPhase(variant, phase), new Random(3));
    trainer.step(batch, suite.batchSize);
    const after = copyAll();
    for (const [network, module] of networks) {
      const none = new Map<string, Float32Array>();
      const changed = listChanges(before.get(network) ?? none, after.get(network) ?? none);
      if (!phase.updates.includes(network as Network)) {
        expect(changed, `what the phase ${name} changed in the network ${network}`).toEqual([]);
        continue;
      }
      const rest = [...module.namedParameters().keys()].filter(
        (parameter) => !changed.includes(parameter) && !suite.unmoved?.includes(`${network}.${parameter}`),
      );
      expect(rest, `what the phase ${name} left as it was in the network ${network}`).toEqual([]);
    }
    trainer.dispose();
    dispose(batch);
    disposeVariant(variant);
  }
}

/** The same variant with one phase, due in the first step. */
function onlyPhase<Network extends string, Batch extends TensorRecord>(
  variant: Variant<Network, Batch>,
  phase: Variant<Network, Batch>["phases"][number],
): Variant<Network, Batch> {
  return {
    name: variant.name,
    config: variant.config,
    networks: variant.networks,
    phases: [phase],
    averages: variant.averages,
    ...(variant.state && { state: variant.state }),
    ...(variant.stage && { stage: variant.stage }),
    ...(variant.scalars && { scalars: (progress) => variant.scalars?.(progress) ?? {} }),
    sample: (request, ctx) => variant.sample(request, ctx),
  };
}
