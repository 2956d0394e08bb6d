import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { root } from "../lib/workspace.mjs";
import { listTypeErrors } from "./check-types.js";
import { inspectInstall } from "./inspect-install.js";
import { listForeignVersions, listLeaks } from "./leaks.js";
import { listAnchors, listDeadLinks } from "./release-copy.js";
import { describeResults, mergeResults } from "./results.js";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "leaks-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** Writes a package with files by name into node_modules. */
async function writePackage(name: string, files: Record<string, string>, manifest: object = {}) {
  const place = join(folder, "node_modules", name);
  await mkdir(join(place, "dist"), { recursive: true });
  await mkdir(join(place, "src"), { recursive: true });
  const all = { "package.json": JSON.stringify({ name, version: "1.0.0", ...manifest }), ...files };
  for (const [file, text] of Object.entries(all)) await writeFile(join(place, file), text);
  return place;
}

it("names versions that mean nothing outside of the workspace", () => {
  const manifest = {
    dependencies: { a: "workspace:*", b: "1.0.0" },
    peerDependencies: { c: "link:../c" },
  };
  expect(listForeignVersions(manifest)).toEqual([
    "package.json: dependencies has a as workspace:*",
    "package.json: peerDependencies has c as link:../c",
  ]);
});

it("finds maps whose sources are absent, files whose map is, and the folder of the build", async () => {
  const whole = {
    "src/a.ts": "",
    "dist/a.js": "//# sourceMappingURL=a.js.map\n",
    "dist/a.js.map": JSON.stringify({ sources: ["../src/a.ts"] }),
    "dist/b.js.map": JSON.stringify({ sources: ["../src/b.ts"], sourcesContent: ["let b;"] }),
  };
  expect(listLeaks(await writePackage("whole", whole))).toEqual([]);
  const leaky = await writePackage("leaky", {
    "dist/a.js": "//# sourceMappingURL=a.js.map\n",
    "dist/b.d.ts.map": JSON.stringify({ sources: ["../src/b.ts"] }),
    "dist/c.js": `const place = "${root}/packages";`,
  });
  expect(listLeaks(leaky).sort()).toEqual([
    "dist/a.js: its map a.js.map is absent",
    "dist/b.d.ts.map: its source ../src/b.ts is absent",
    "dist/c.js names the folder it was built in",
  ]);
});

it("counts packages and bytes of an installation, and our versions", async () => {
  await rm(join(folder, "node_modules"), { recursive: true });
  await writePackage("@gan/core", { "dist/a.js": "1234567890" });
  await writePackage("@gan/core/node_modules/other", { "dist/b.js": "12345" }, { name: "other" });
  await writePackage("@gan/dcgan/node_modules/@gan/core", {}, { version: "2.0.0", name: "@gan/core" });
  await writePackage("@gan/dcgan", {});
  const { packages, ours, largest, bytes } = inspectInstall(join(folder, "node_modules"));
  expect(packages).toBe(4);
  expect(ours).toEqual({ "@gan/core": ["1.0.0", "2.0.0"], "@gan/dcgan": ["1.0.0"] });
  expect(largest[0]?.name).toMatch(/core/);
  expect(bytes).toBe(largest.reduce((sum, one) => sum + one.bytes, 0));
});

it("finds links of a changelog to files and headings that do not exist", async () => {
  const file = join(folder, "CHANGELOG.md");
  await writeFile(join(folder, "other.md"), "# Other\n\n## 0.2.0\n");
  await writeFile(
    file,
    "[a](other.md#020) [b](other.md#030) [c](absent.md) [d](https://example.org/x) [e](other.md)",
  );
  const { existsSync } = await import("node:fs");
  expect(listDeadLinks(file, existsSync)).toEqual(["other.md#030", "absent.md"]);
  expect(listAnchors(join(folder, "other.md"))).toEqual(["other", "020"]);
});

it("hears the compiler on everything but the declarations of tfjs", () => {
  const foreign =
    "node_modules/.pnpm/@tensorflow+tfjs-core@4/dist/hash_util.d.ts(2,49): error TS2304: Cannot find name.";
  const ours = "node_modules/@gan/core/dist/index.d.ts(1,1): error TS2307: Cannot find module.";
  expect(listTypeErrors(`${foreign}\n  Types of property.\n${ours}\nerror TS2688: No types.`)).toEqual([
    ours,
    "error TS2688: No types.",
  ]);
});

it("keeps what other managers came to, and tells it as a table", () => {
  const one = (manager: string, node: string, packages: number) => ({
    manager,
    node,
    version: "1",
    trial: {
      ...{ packages, bytes: 496e6, largest: [{ name: "big", bytes: 301e6 }], ours: {}, leaks: [] },
      ...{ installSeconds: 1, useSeconds: 1 },
    },
  });
  const merged = mergeResults(
    [one("npm", "20.20.2", 1), one("deno", "20.20.2", 2)],
    [one("npm", "20.20.2", 3), one("npm", "26.1.0", 4), one("pnpm", "20.20.2", 5)],
  );
  expect(merged.map(({ manager, trial }) => `${manager} ${trial?.packages}`)).toEqual([
    "npm 3",
    "pnpm 5",
    "deno 2",
    "npm 4",
  ]);
  expect(describeResults(merged)).toContain("| npm 1 | 20.20.2 | 3 | 496 MB | big 301 MB |");
});
