import { getKernelsForBackend, registerBackend, registerKernel } from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { OrtBackend } from "./backend.js";
import { compile } from "./compile/compile.js";
import { COMPILER } from "./compile/portable.js";
import { loweredKernels } from "./kernels/index.js";
import { ortBinding } from "./runtime/ort.js";

/** Kernels that only rename or reshape: the cpu implementations never look at the values. */
const ALIASES = new Set(["Identity", "Reshape", "ExpandDims", "Complex", "Real", "Imag"]);

/** The name under which tfjs knows this backend: `tf.setBackend(BACKEND_NAME)`. */
export const BACKEND_NAME = "ort";

/** Above tfjs-backend-cpu (1) and wasm (2), below tfjs-node (3). */
const PRIORITY = 2.5;

registerBackend(
  BACKEND_NAME,
  () => {
    ortBinding(); // a missing binary is said now, not at the first operation
    return Object.assign(new OrtBackend(), { [COMPILER]: compile });
  },
  PRIORITY,
);

const lowered = new Map(loweredKernels.map((spec) => [spec.name, spec]));
for (const { kernelName, kernelFunc } of getKernelsForBackend("cpu")) {
  const spec = lowered.get(kernelName);
  registerKernel({
    kernelName,
    backendName: BACKEND_NAME,
    kernelFunc: ALIASES.has(kernelName)
      ? kernelFunc
      : ({ inputs, attrs, backend }) => {
          const ort = backend as OrtBackend;
          return spec
            ? ort.record(spec, inputs as never, attrs as object)
            : ort.fallBack(kernelName, inputs as never, attrs as object);
        },
  });
}
