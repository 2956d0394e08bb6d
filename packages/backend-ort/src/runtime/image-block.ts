import { options } from "../config.js";
import { OPSET_VERSION } from "../onnx/schema.js";

/** Channels to a block of ONNX Runtime's blocked image layout on this machine. */
export function imageBlock(): number | undefined {
  return options.provider === "cpu" ? 16 : undefined;
}
