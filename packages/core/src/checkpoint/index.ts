export {
  decodeSafetensors,
  decodeSafetensorsMetadata,
  encodeSafetensors,
  type HostTensor,
  type StoredPrecision,
} from "./safetensors.js";
export { type CheckpointScore, type CheckpointState, parseCheckpointState } from "./state.js";
export { assignVariables, readVariables } from "./variables.js";
