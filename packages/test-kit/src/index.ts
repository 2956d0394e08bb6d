export { useCpuBackend, useTrainingBackend } from "./backends.js";
export { checkGradients, type TensorFunction } from "./check-gradients.js";
export { computeGradientError } from "./numeric-gradient.js";
export { createTrainingContext, type TrainingContextOptions } from "./training-context.js";
