import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify, stripVTControlCharacters } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listPackages, root } from "../lib/workspace.mjs";
import { manifestProblems } from "../package-rules.js";
import { addReference, addRow, scaffoldVariant } from "./scaffold.js";

const variant = {
  name: "big-gan",
  title: "Large scale GAN",
  authors: "Brock et al. 2019",
  url: "https://arxiv.org/abs/1809.11096",
};

let work = "";
beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), "new-variant-"));
  // A workspace whose packages are this repository's, built; the new one is its own.
  for (const file of ["package.json", "tsconfig.json", "tsconfig.base.json", "README.md", "biome.json"]) {
    await cp(join(root, file), join(work, file));
  }
  await cp(join(root, "benchmarks", "package.json"), join(work, "benchmarks", "package.json"));
  await mkdir(join(work, "packages"));
  await mkdir(join(work, ".changeset"));
  await symlink(join(root, "tools"), join(work, "tools"), "junction");
  await symlink(join(root, "node_modules"), join(work, "node_modules"), "junction");
  for (const { folder } of listPackages().filter((one) => dirname(one.folder) === join(root, "packages"))) {
    await symlink(folder, join(work, folder.slice(root.length + 1)), "junction");
  }
});
afterAll(() => rm(work, { recursive: true }));

describe("scaffoldVariant", () => {
  it("writes a package without leftovers of the template, and tells the repository of it", async () => {
    const written = scaffoldVariant(work, variant);
    expect(written).toEqual(
      expect.arrayContaining([
        "README.md",
        "tsconfig.json",
        join(".changeset", "big-gan-variant.md").replaceAll("\\", "/"),
        join("packages", "big-gan", "bin", "gan-big-gan.js"),
        join("packages", "big-gan", "package.json"),
        join("packages", "big-gan", "src", "big-gan.ts"),
      ]),
    );
    for (const file of written.filter((one) => one.startsWith("packages"))) {
      expect(await readFile(join(work, file), "utf8"), file).not.toMatch(/example|\{\{/i);
    }
    const folder = join(work, "packages", "big-gan");
    expect(
      manifestProblems(JSON.parse(await readFile(join(folder, "package.json"), "utf8")), folder),
    ).toEqual([]);
    const { devDependencies } = JSON.parse(await readFile(join(work, "benchmarks", "package.json"), "utf8"));
    expect(devDependencies["@gan/big-gan"]).toBe("workspace:*");
    expect(await readFile(join(work, "README.md"), "utf8")).toMatch(
      /\| \[`@gan\/big-gan`\]\(packages\/big-gan\) \| Large scale GAN \(Brock et al\. 2019\) \| yes \|\n\| \[`@gan\/cgan`\]/,
    );
  });

  it("makes a package that builds and passes its tests, testVariant among them", async () => {
    const folder = join(work, "packages", "big-gan");
    await mkdir(join(folder, "node_modules", "@gan"), { recursive: true });
    await mkdir(join(folder, "node_modules", "@tensorflow"), { recursive: true });
    const dcgan = join(root, "packages", "dcgan", "node_modules");
    for (const name of ["@gan/core", "@gan/datasets", "@gan/test-kit", "@tensorflow/tfjs-core", "zod"]) {
      await symlink(join(dcgan, name), join(folder, "node_modules", name), "junction");
    }
    // Everything else is built: only the new package is compiled.
    const config = JSON.parse(await readFile(join(folder, "tsconfig.json"), "utf8"));
    await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ ...config, references: [] }));
    const run = (script: string, ...args: string[]) =>
      promisify(execFile)(process.execPath, [join(root, "node_modules", script), ...args], { cwd: folder });
    await run("typescript/bin/tsc", "-p", ".");
    const { stdout } = await run("vitest/vitest.mjs", "run");
    expect(stripVTControlCharacters(stdout)).toMatch(/Tests\s+\d+ passed \(\d+\)/);
  }, 240_000);

  it.each(["Sagan", "2gan", "gan_x", "dcgan"])("refuses the name %s", (name) => {
    expect(() => scaffoldVariant(work, { ...variant, name })).toThrow(/kebab-case|exists already/);
  });
});

describe("lists", () => {
  it("keep their order", () => {
    const config =
      '{\n  "files": [],\n  "references": [\n    { "path": "packages/a" },\n    { "path": "packages/c" }\n  ]\n}\n';
    expect(
      JSON.parse(addReference(config, "packages/b")).references.map(({ path }: { path: string }) => path),
    ).toEqual(["packages/a", "packages/b", "packages/c"]);
  });

  it("take a variant whose name is the first or the last", () => {
    const row = (name: string) => `| [\`@gan/${name}\`](packages/${name}) | A | yes |`;
    const text = ["core", "dcgan", "progan", "datasets"].map(row).join("\n");
    const names = (changed: string) => [...changed.matchAll(/@gan\/([\w-]+)/g)].map(([, name]) => name);
    expect(names(addRow(text, "vanilla", "A"))).toEqual(["core", "dcgan", "progan", "vanilla", "datasets"]);
    expect(names(addRow(text, "cogan", "A"))).toEqual(["core", "cogan", "dcgan", "progan", "datasets"]);
  });

  it("are refused where there is no table", () => {
    expect(() => addRow("# A\n", "b", "B")).toThrow(/no table/);
  });
});
