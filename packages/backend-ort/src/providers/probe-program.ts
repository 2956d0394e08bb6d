/**
 * The program of the child process that tries a provider, for `node -e`: JavaScript, so that it runs whether this
 * package is run from its sources or built. Arguments: path of onnxruntime-node's binding, path of onnxruntime-common,
 * provider, model in base64, input and expected output as JSON. Its last line of output is a JSON object: `{}` if the provider
 * ran the model, else `{ "error": message }`.
 */
export const PROBE_PROGRAM = `
const [bindingPath, commonPath, provider, modelText, inputText, expectedText] = process.argv.slice(1);
const outcome = {};
try {
  const { binding, initOrt } = require(bindingPath);
  const { Tensor } = require(commonPath);
  initOrt();
  const session = new binding.InferenceSession();
  const model = Uint8Array.from(Buffer.from(modelText, "base64"));
  // Without this option a node that the provider refuses would run on the CPU unnoticed.
  const extra = provider === "cpu" ? {} : { session: { disable_cpu_ep_fallback: "1" } };
  session.loadModel(model.buffer, 0, model.byteLength, { executionProviders: [provider], extra });
  const input = Float32Array.from(JSON.parse(inputText));
  const { y } = session.run({ x: new Tensor("float32", input, [input.length]) }, { y: null }, {});
  const got = JSON.stringify(Array.from(y.data));
  if (got !== expectedText) outcome.error = "it computed " + got + " where " + expectedText + " is right";
} catch (error) {
  outcome.error = error instanceof Error ? error.message : String(error);
}
process.stdout.write("\\n" + JSON.stringify(outcome) + "\\n");
`;
