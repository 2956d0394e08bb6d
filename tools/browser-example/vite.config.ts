import { defineConfig } from "vite";

/** Plain pages with relative addresses, so that the built folder works wherever it is put. */
export default defineConfig({
  base: "./",
  build: { target: "es2023", chunkSizeWarningLimit: 2000 },
  // It finds its WebAssembly beside itself.
  optimizeDeps: { exclude: ["onnxruntime-web"] },
});
