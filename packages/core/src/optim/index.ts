export { Adam, type AdamScalars, type AdamSpec, adam } from "./adam.js";
export { ExponentialAverage } from "./exponential-average.js";
export { computeLearningRateFactor, type LearningRateSchedule } from "./schedule.js";
