export { useCpuBackend } from "./cpu-backend.js";
export { computeGradientError } from "./numeric-gradient.js";
export { createTrainingContext } from "./training-context.js";
