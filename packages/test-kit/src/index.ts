export { checkGradients, type TensorFunction } from "./check-gradients.js";
export { useCpuBackend } from "./cpu-backend.js";
export { computeGradientError } from "./numeric-gradient.js";
export { createTrainingContext, type TrainingContextOptions } from "./training-context.js";
