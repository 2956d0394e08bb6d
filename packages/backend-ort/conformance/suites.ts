import { existsSync, readdirSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** One npm package's own tests, as far as it ships them. */
export interface Suite {
  readonly name: string;
  readonly version: string;
  /** Real path of the package's folder. */
  readonly folder: string;
  /** Every compiled test file under the package's dist, sorted. */
  readonly testFiles: readonly string[];
  /** What to import to define all specs: the package's own list of its tests, or else each test file. */
  readonly imports: readonly string[];
}

const require = createRequire(import.meta.url);

/** Looks into the installed package for compiled tests: `dist/tests.js` and `dist/**\/*_test.js`. */
export function findSuite(packageName: string): Suite {
  const manifestPath = realpathSync(require.resolve(`${packageName}/package.json`));
  const folder = dirname(manifestPath);
  const { version } = require(manifestPath) as { version: string };
  const distribution = join(folder, "dist");
  const testFiles = readdirSync(distribution, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith("_test.js"))
    .map((path) => join(distribution, path))
    .sort();
  const list = join(distribution, "tests.js");
  return {
    name: packageName.replace("@tensorflow/", ""),
    version,
    folder,
    testFiles,
    imports: existsSync(list) ? [list] : testFiles,
  };
}
