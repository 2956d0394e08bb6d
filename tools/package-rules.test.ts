import { expect, test } from "vitest";
import {
  manifestProblems,
  rootProblems,
  tarballProblems,
  versionProblems,
  weightProblems,
} from "./package-rules.js";

const manifest = {
  name: "@gan/example",
  version: "1.0.0",
  description: "An example",
  license: "MIT",
  type: "module",
  engines: { node: ">=20" },
  exports: { ".": "./dist/index.js" },
  files: ["dist"],
  sideEffects: false,
  bin: { "gan-example": "./bin/gan-example.js" },
  scripts: { build: "b", typecheck: "t", lint: "l", test: "t" },
  dependencies: { "@gan/core": "workspace:*", zod: "4.6.7" },
};
const files = ["package.json", "README.md", "LICENSE", "dist/index.js", "bin/gan-example.js", "src/index.ts"];

test("a complete package has no problems", () => {
  expect(manifestProblems(manifest, "/somewhere/packages/example")).toEqual([]);
  expect(tarballProblems(manifest, files)).toEqual([]);
});

test("wrong and missing fields are named with what was given", () => {
  const { sideEffects: _, ...incomplete } = { ...manifest, license: "ISC", scripts: { build: "b" } };
  expect(manifestProblems(incomplete, "/somewhere/packages/sample")).toEqual([
    'package.json: name must be "@gan/sample", got "@gan/example"',
    'package.json: license must be MIT or Apache-2.0, got "ISC"',
    "package.json: sideEffects is missing",
    "package.json: script typecheck is missing",
    "package.json: script lint is missing",
    "package.json: script test is missing",
  ]);
});

test("versions must be exact, our own packages' workspace:*", () => {
  expect(
    versionProblems({
      dependencies: { zod: "^4.6.7", "@gan/core": "0.0.0" },
      devDependencies: { vite: "latest" },
    }),
  ).toEqual([
    'package.json: zod must be given as an exact version, got "^4.6.7"',
    'package.json: @gan/core must be given as workspace:*, got "0.0.0"',
    'package.json: vite must be given as an exact version, got "latest"',
  ]);
});

test("a tarball without its files, or with files that are nobody's business, is refused", () => {
  expect(tarballProblems(manifest, ["package.json", "LICENSE", "README.md"])).toEqual([
    "the tarball lacks src/, where source maps lead",
    "the tarball lacks dist/: build first",
    "the tarball lacks the bin bin/gan-example.js",
  ]);
  const stray = [
    "dist/adam.test.js",
    "dist/testing/tiny.js",
    "dist/parity.test-helper.js",
    "dist/.tsbuildinfo",
    ".env",
    "vitest.config.ts",
  ];
  expect(tarballProblems(manifest, [...files, ...stray])).toHaveLength(stray.length);
});

test("the pinned pnpm is the installed one, private packages pin too, and tsc -b builds every package", () => {
  const root = { packageManager: "pnpm@1.2.3", devDependencies: { pnpm: "1.2.4" } };
  const tools = {
    name: "@gan/tools",
    folder: "/tools",
    manifest: { private: true, dependencies: { tar: "~1.0.0" } },
  };
  const example = { name: "@gan/example", folder: "/packages/example", manifest };
  expect(rootProblems(root, [tools, example], ["packages/core"])).toEqual([
    "root: packageManager is pnpm@1.2.3 but devDependencies has pnpm@1.2.4",
    "@gan/example: the root's tsconfig.json does not refer to packages/example",
    '@gan/tools: package.json: tar must be given as an exact version, got "~1.0.0"',
  ]);
});

const weightFiles = [
  "card.md",
  "discriminator.safetensors",
  "figure.webp",
  "generator.safetensors",
  "log.jsonl",
];
const weightSizes = (change: Record<string, number | undefined> = {}) => {
  const all = {
    ...Object.fromEntries(weightFiles.map((file) => [`weights/mnist-32/${file}`, 1000])),
    ...change,
  };
  return new Map(Object.entries(all).filter((entry): entry is [string, number] => entry[1] !== undefined));
};

test("shipped weights are whole, small and a preset's", () => {
  expect(weightProblems(["mnist-32"], weightSizes())).toEqual([]);
  expect(weightProblems(["mnist-32"], new Map([["dist/index.js", 9_000_000]]))).toEqual([]);
  expect(weightProblems(["mnist-32"], weightSizes({ "weights/mnist-32/card.md": undefined }))).toEqual([
    "weights/mnist-32 lacks card.md: run train-pretrained",
  ]);
  const large = weightSizes({ "weights/mnist-32/generator.safetensors": 5_000_001 });
  expect(weightProblems(["mnist-32"], large)[0]).toContain("5000001 bytes");
  expect(weightProblems(["mnist-28"], weightSizes())[0]).toContain("belongs to no preset");
});
