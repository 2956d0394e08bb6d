import type { IFlattenedRuleSet } from "dependency-cruiser";

type Rule = NonNullable<IFlattenedRuleSet["forbidden"]>[number];

/** The folders of packages/core/src, left to right. A folder imports from levels at its left only. */
export const coreLevels: readonly (readonly string[])[] = [
  ["errors"],
  ["random"],
  ["autodiff"],
  ["nn"],
  ["losses", "augment", "optim"],
  ["data"],
  ["metrics"],
  ["checkpoint"],
  ["train"],
  ["adversarial"],
  ["pretrained"],
  ["node"],
  ["cli"],
];

/** Packages that are not variants of a GAN. */
const sharedPackages = ["backend-ort", "core", "datasets", "extractor-efficientnet-lite0", "test-kit"];

const core = "^packages/core/src/";
const shared = `(?:${sharedPackages.join("|")})`;
/** Tests and what only they use: *.test.ts, *.test-helper.ts and src/testing/. */
const test = "(?:\\.test(?:-helper)?\\.ts$|^packages/[^/]+/src/testing/)";
const error = "error" as const;

const folderOf = (names: readonly string[]) => `${core}(?:${names.join("|")})/`;

/** One rule per folder of core: it may import itself and what is at its left. */
const coreFolders: Rule[] = coreLevels.flatMap((level, index) =>
  level.map((folder) => {
    const left = [folder, ...coreLevels.slice(0, index).flat()];
    return {
      name: `core-${folder}`,
      comment: `core/src/${folder} may import only from ${left.slice(1).join(", ") || "itself"}`,
      severity: error,
      from: { path: folderOf([folder]), pathNot: test },
      to: { path: core, pathNot: [folderOf(left), test] },
    };
  }),
);

const corePlaces: Rule = {
  name: "core-folders-are-ordered",
  comment: `a new folder of core/src needs its place in coreLevels of tools/import-rules.ts`,
  severity: error,
  from: { path: `${core}[^/]+/`, pathNot: [folderOf(coreLevels.flat()), test] },
  to: {},
};

/** A dependency on a package, whether it resolves to its files or stays a bare name. */
const toPackages = (names: string) => `(?:^packages/${names}/|^@gan/${names}(?:/|$))`;

const packages: Rule[] = [
  {
    name: "backend-ort-knows-no-gan",
    comment: "backend-ort imports nothing of @gan",
    severity: error,
    from: { path: "^packages/backend-ort/" },
    to: { path: toPackages("[^/]+"), pathNot: toPackages("backend-ort") },
  },
  {
    name: "core-knows-no-variant",
    comment: "core imports, of @gan, only backend-ort (its tests also test-kit and the shipped weights)",
    severity: error,
    from: { path: "^packages/core/" },
    to: { path: toPackages("[^/]+"), pathNot: toPackages("(?:backend-ort|core|extractor-[^/]+|test-kit)") },
  },
  {
    name: "datasets-knows-no-variant",
    comment: "datasets imports, of @gan, only core and backend-ort (its tests also test-kit)",
    severity: error,
    from: { path: "^packages/datasets/" },
    to: { path: toPackages("[^/]+"), pathNot: toPackages(shared) },
  },
  {
    name: "variants-are-strangers",
    comment: "a variant never imports another variant",
    severity: error,
    from: { path: "^packages/([^/]+)/", pathNot: `^packages/${shared}/` },
    to: { path: toPackages("[^/]+"), pathNot: [toPackages(shared), toPackages("$1")] },
  },
  {
    name: "test-kit-is-for-tests",
    comment: "only tests import test-kit",
    severity: error,
    from: { path: "^packages/", pathNot: ["^packages/test-kit/", test] },
    to: { path: toPackages("test-kit") },
  },
  {
    name: "test-helpers-are-for-tests",
    comment: "only tests import *.test-helper.ts and src/testing",
    severity: error,
    from: { path: "^packages/", pathNot: test },
    to: { path: test },
  },
  {
    name: "other-packages-by-name",
    comment:
      "a package imports another by its name, never by a relative path; its README's writer takes tools/'s",
    severity: error,
    from: { path: "^packages/([^/]+)/", pathNot: "(?:vitest\\.config|bench/readme)\\.ts$" },
    to: { path: "^(?:packages|tools|benchmarks)/", pathNot: "^packages/$1/", dependencyTypes: ["local"] },
  },
];

const platform: Rule[] = [
  {
    name: "browser-safe",
    comment:
      "only core/src/node, backend-ort, datasets, test-kit, a cli, a bin, scripts, benchmarks and tests import Node.js modules",
    severity: error,
    from: {
      path: "^packages/",
      pathNot: [
        `${core}(?:node|cli)/`,
        "^packages/(?:backend-ort|datasets|test-kit)/",
        "^packages/[^/]+/(?:bin/|bench/|scripts/|src/(?:node|cli)(?:/|\\.ts$))",
        test,
      ],
    },
    to: { dependencyTypes: ["core"] },
  },
];

/** Every rule on who may import whom, type-only imports included. */
export const importRules: IFlattenedRuleSet = {
  forbidden: [...coreFolders, corePlaces, ...packages, ...platform],
};
