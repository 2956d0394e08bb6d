import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";
import type { BackendName } from "./options.js";
import { findSuite, type Suite } from "./suites.js";

const HERE = dirname(fileURLToPath(import.meta.url));
export const PACKAGE_FOLDER = dirname(HERE);
/** Ignored by git; inside the package, so that what the bundle leaves external resolves as it does for users. */
export const OUTPUT_FOLDER = join(PACKAGE_FOLDER, ".cache", "conformance");

/**
 * Bundles a suite, the backend and one copy of tfjs-core into one program for plain `node`.
 *
 * One copy matters: kernels and the engine live on a global that copies share, but each copy has a Tensor class
 * of its own, so a suite would reject a backend's tensors. The bundle's list of inputs is checked for it, and for
 * every test file that the package ships.
 *
 * @returns the path of the bundle, in a folder of its own that is the caller's to delete: several may run at once
 * @throws Error when a second copy of tfjs-core got in, or a test file stayed out
 */
export async function bundleSuite(suite: Suite, backend: BackendName): Promise<string> {
  mkdirSync(OUTPUT_FOLDER, { recursive: true });
  const folder = mkdtempSync(join(OUTPUT_FOLDER, `${suite.name}-${backend}-`));
  try {
    return await bundleInto(folder, suite, backend);
  } catch (error) {
    rmSync(folder, { recursive: true });
    throw error;
  }
}

async function bundleInto(folder: string, suite: Suite, backend: BackendName): Promise<string> {
  const core = findSuite("@tensorflow/tfjs-core").folder;
  const outfile = join(folder, "suite.mjs");
  // Evaluated in this order: jasmine's globals, the backends, the test environments, then the specs.
  const entry = [
    join(HERE, "bundled/jasmine.ts"),
    join(HERE, "bundled/tfjs.ts"),
    join(HERE, "bundled/probe-fallback.ts"),
    join(HERE, `backends/${backend}.ts`),
    join(HERE, "bundled/environment.ts"),
    ...suite.imports,
    join(HERE, "bundled/run.ts"),
  ];
  const { metafile } = await build({
    stdin: {
      contents: entry.map((path) => `import ${JSON.stringify(path)};`).join("\n"),
      resolveDir: HERE,
      sourcefile: "conformance-entry.js",
    },
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    mainFields: ["module", "main"],
    alias: {
      "@tensorflow/tfjs-core": core,
      "@tensorflow/tfjs": core, // of which tfjs-node's kernels use nothing else
      "conformance-backend": join(HERE, `backends/${backend}.ts`),
    },
    external: ["onnxruntime-node", "onnxruntime-common", "jasmine-core"],
    // tfjs-core's sideEffects list leaves its tests out: without this they would be dropped as unused.
    ignoreAnnotations: true,
    // The suite probes for workers with `require.resolve`, which an ES module has not.
    banner: {
      js: 'import { createRequire as conformanceRequire } from "node:module"; const require = conformanceRequire(import.meta.url);',
    },
    plugins: [callableBase],
    metafile: true,
    logLevel: "error",
    absWorkingDir: PACKAGE_FOLDER,
  });
  const inputs = new Set(Object.keys(metafile.inputs).map((path) => join(PACKAGE_FOLDER, path)));
  refuseSecondCore(inputs, core);
  refuseMissingTests(inputs, suite);
  return outfile;
}

/** tfjs-node's backend calls its base class as ES5 does, which tfjs-core's ES modules have as a class that needs `new`. */
const callableBase: Plugin = {
  name: "callable base class",
  setup: ({ onLoad }) =>
    onLoad({ filter: /nodejs_kernel_backend\.js$/ }, ({ path }) => ({
      contents: readFileSync(path, "utf8").replace(
        "_super.call(this)",
        "Reflect.construct(_super, [], this.constructor)",
      ),
    })),
};

function refuseSecondCore(inputs: ReadonlySet<string>, core: string): void {
  const copies = [...inputs].filter(
    (path) =>
      path.includes("tfjs-core/") && (!path.startsWith(`${core}/`) || /\/tf-core\.[^/]*js$/.test(path)),
  );
  if (copies.length > 0) {
    throw new Error(
      `the bundle must hold one copy of tfjs-core, ${core}, but also holds ${copies.join(", ")}; ` +
        "import @tensorflow/tfjs-core by its name, and keep one version of it in the workspace",
    );
  }
}

function refuseMissingTests(inputs: ReadonlySet<string>, suite: Suite): void {
  const missing = suite.testFiles.filter((path) => !inputs.has(path));
  if (missing.length > 0) {
    throw new Error(
      `${suite.name} ships ${suite.testFiles.length} test files, but ${missing.length} are not in the bundle: ` +
        missing.map((path) => relative(suite.folder, path)).join(", "),
    );
  }
}
