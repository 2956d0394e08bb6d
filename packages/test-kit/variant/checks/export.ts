import { type OnnxTensor, runOnnx } from "@gan/backend-ort";
import { createInferenceContext, Random, type TensorRecord, type Variant } from "@gan/core";
import { exportOnnx } from "@gan/core/node";
import { type Tensor, tensor, tidy } from "@tensorflow/tfjs-core";
import { expect } from "vitest";
import { drawInput } from "../draw-input.js";
import type { VariantSuite } from "../suite.js";
import { disposeVariant } from "../variables.js";

/** A batch size that exporting does not try itself. */
const count = 5;

/** Each network that can be exported runs in ONNX Runtime and gives what it gives here. */
export async function checkExport<Network extends string, Batch extends TensorRecord>(
  suite: VariantSuite<Network, Batch>,
): Promise<void> {
  const variant = suite.create(1);
  const networks = Object.entries(variant.exportable ?? {});
  expect(networks.length, "networks that can be exported").toBeGreaterThan(0);
  for (const [name, network] of networks) {
    const { bytes, fixedBecause } = await exportOnnx(variant as unknown as Variant, { network: name });
    const size = fixedBecause === undefined ? count : 1;
    const random = new Random(7);
    const inputs = Object.fromEntries(
      Object.entries(network.inputs).map(([key, input]) => [key, drawInput(input, size, random)]),
    );
    const outputs = Object.keys(network.outputs);
    const found = runOnnx(bytes, inputs, outputs);
    tidy(() => {
      const given = Object.fromEntries(
        Object.entries(inputs).map(([key, { dtype, shape, values }]) => [
          key,
          tensor(values, [...shape], dtype) as Tensor,
        ]),
      );
      // The seed with which the file was written, for noise that became part of it.
      const expected = network.forward(given, createInferenceContext(new Random(0).fork("export")));
      for (const output of outputs) {
        const [here, there] = [expected[output] as Tensor, found[output] as OnnxTensor];
        expect(there.shape, `the shape of the ${name}'s ${output}`).toEqual(here.shape);
        const values = here.dataSync<"float32">();
        const differences = values.map((value, index) => Math.abs(value - (there.values[index] as number)));
        expect(Math.max(...differences), `the ${name}'s ${output} in ONNX Runtime and here`).toBeLessThan(
          1e-4,
        );
      }
    });
  }
  disposeVariant(variant);
}
