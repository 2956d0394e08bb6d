/** SHA-256 of the weights. */
export const weightsHash = "77bd39b327dabdfca725bbbb67afcc02a15bf921a6f12310ee13218ecd030a2f";

/** The weights, 16-bit safetensors: convolutions [height, width, in, out], batch norms folded in. */
export const weightsUrl = new URL("../weights.safetensors", import.meta.url);
