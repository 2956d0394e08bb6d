export { createPatterns, createSquares } from "./batches.js";
export { type CapturedRun, captureCommandLine } from "./capture-command-line.js";
export { type ParityPlan, testParity } from "./parity.js";
export type { OverfitPlan, ParameterReference, VariantSuite } from "./suite.js";
export { testShippedWeights } from "./test-shipped-weights.js";
export { testVariant } from "./test-variant.js";
