import { expect, it } from "vitest";
import type { Package } from "./lib/workspace.mjs";
import { benchProblems, isVariant, variantProblems } from "./variant-rules.js";

const manifest = {
  bin: { "gan-example": "./bin/gan-example.js" },
  exports: { ".": {}, "./node": {}, "./bench": {}, "./package.json": "./package.json" },
  files: ["bin", "configs", "dist", "src", "README.md"],
};
const variant: Package = { name: "@gan/example", folder: "/packages/example", manifest };
const texts: Record<string, string> = {
  "README.md": [
    "# @gan/example\n\nhttps://arxiv.org/abs/1406.2661\n\n## Use\n\n## Results\n\n## Beside PyTorch\n",
    ...["throughput", "quality"].map(
      (name) => `<!-- ${name}: from benchmarks/results -->\n<!-- end of ${name} -->`,
    ),
    "## Differs from paper\n",
  ].join("\n"),
  "src/bench.ts": "export const bench: BenchDefinition<Network> = {};\n",
  "src/index.ts": 'export * from "@gan/core";\n',
  "src/variant.test.ts": 'testVariant("example", {});\n',
};
const files = [
  ...Object.keys(texts),
  ...["tsconfig.json", "vitest.config.ts", "bin/gan-example.js", "configs/mnist-32.json"],
  ...["cli", "config", "node", "phases", "cli.test", "config.test"].map((name) => `src/${name}.ts`),
];
const check = (changed: Partial<typeof variant>, own = files, read: Record<string, string> = texts) =>
  variantProblems({ ...variant, ...changed }, own, (file) => read[file] ?? "");

it("knows variants by their commands", () => {
  expect(isVariant(variant)).toBe(true);
  expect(isVariant({ ...variant, name: "@gan/core" })).toBe(false);
  expect(isVariant({ ...variant, manifest: {} })).toBe(false);
});

it("has nothing to say of a whole one", () => expect(check({})).toEqual([]));

it("names what is missing", () => {
  expect(
    check(
      {},
      files.filter((file) => !/cli\.test|configs|bin/.test(file)),
    ),
  ).toEqual(["src/cli.test.ts is missing", "bin/gan-example.js is missing", "configs/ has no preset"]);
  expect(check({ manifest: { ...manifest, exports: { ".": {} }, files: ["dist"] } })).toEqual([
    "package.json: exports lacks ./node",
    "package.json: exports lacks ./bench",
    "package.json: exports lacks ./package.json",
    ...["bin", "configs", "src", "README.md"].map((entry) => `package.json: files lacks ${entry}`),
  ]);
});

it("has a bench, which is found by its export and built by the benchmarks", () => {
  const { "./bench": _, ...others } = manifest.exports;
  expect(check({ manifest: { ...manifest, exports: others } })).toEqual([
    "package.json: exports lacks ./bench",
  ]);
  const without = files.filter((file) => file !== "src/bench.ts");
  expect(check({}, without)).toEqual(["src/bench.ts is missing"]);
  expect(check({}, files, { ...texts, "src/bench.ts": "export const rows = {};\n" })).toEqual([
    "src/bench.ts exports no bench, a BenchDefinition of @gan/core/cli",
  ]);
  const core = { ...variant, name: "@gan/core" };
  expect(benchProblems({ devDependencies: {} }, [variant, core])).toEqual([
    "benchmarks: package.json: devDependencies lacks @gan/example",
  ]);
  expect(benchProblems({ devDependencies: { "@gan/example": "workspace:*" } }, [variant])).toEqual([]);
});

it("exports weights where there are any", () => {
  const shipped = [...files, "weights/mnist-32/generator.safetensors"];
  const exporting = { ...manifest, exports: { ...manifest.exports, "./weights/*": "./weights/*" } };
  expect(check({}, shipped)).toEqual(['package.json: exports lacks "./weights/*": "./weights/*"']);
  expect(check({ manifest: exporting })).toEqual(["package.json: exports has ./weights/* without weights"]);
  expect(check({ manifest: exporting }, shipped)).toEqual([]);
});

it("reads README, index and test", () => {
  const poor = { "README.md": "# A\n\n## Use\n", "src/index.ts": "", "src/variant.test.ts": "it();" };
  const problems = check({}, files, poor);
  for (const part of [/"Results"/, /end of quality/, /the paper/, /testVariant/, /all of @gan\/core/]) {
    expect(
      problems.some((problem) => part.test(problem)),
      String(part),
    ).toBe(true);
  }
});
