export { decodeSafetensors, encodeSafetensors, type HostTensor } from "./safetensors.js";
export { assignVariables, readVariables } from "./variables.js";
