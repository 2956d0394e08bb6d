import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { expect, it } from "vitest";

it("the package's main entry bundles for a browser, without Node.js modules or ONNX Runtime", async () => {
  const { metafile, errors } = await build({
    entryPoints: [fileURLToPath(new URL("./index.ts", import.meta.url))],
    bundle: true,
    write: false,
    metafile: true,
    platform: "browser",
    format: "esm",
    logLevel: "silent",
  });
  expect(errors).toEqual([]);
  const inputs = Object.keys(metafile.inputs);
  expect(inputs.some((path) => path.endsWith("train/trainer.ts"))).toBe(true);
  expect(inputs.filter((path) => /onnxruntime|\/sharp\//.test(path))).toEqual([]);
}, 60_000);
