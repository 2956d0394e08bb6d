export { decodeSafetensors, encodeSafetensors, type HostTensor } from "./safetensors.js";
export { type CheckpointScore, type CheckpointState, parseCheckpointState } from "./state.js";
export { assignVariables, readVariables } from "./variables.js";
