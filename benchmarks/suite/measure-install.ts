import { spawnSync } from "node:child_process";
import { existsSync, lstatSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { computeMedian } from "../../packages/backend-ort/bench/statistics.js";
import { findVariants } from "../variants/find-variants.js";
import type { ServiceRow } from "./rows.js";

const backendFolder = fileURLToPath(new URL("../../packages/backend-ort", import.meta.url));

interface Manifest {
  dependencies?: Record<string, string>;
}

/** Folders of a package and of everything that it depends on, each once. */
export function listClosure(folder: string, seen = new Set<string>()): Set<string> {
  const real = realpathSync(folder);
  if (seen.has(real)) return seen;
  seen.add(real);
  const { dependencies = {} } = JSON.parse(readFileSync(join(real, "package.json"), "utf8")) as Manifest;
  for (const name of Object.keys(dependencies)) {
    const found = resolveFolder(real, name);
    if (found !== undefined) listClosure(found, seen);
  }
  return seen;
}

/** Where a package finds another: the nearest node_modules that has it. */
function resolveFolder(from: string, name: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, "node_modules", name);
    if (existsSync(candidate)) return candidate;
    if (dirname(folder) === folder) return undefined;
  }
}

/** Bytes of a folder's files, without what it has installed. */
export function sumFiles(folder: string): number {
  return readdirSync(folder, { withFileTypes: true }).reduce((sum, entry) => {
    if (entry.name === "node_modules" || entry.isSymbolicLink()) return sum;
    const path = join(folder, entry.name);
    return sum + (entry.isDirectory() ? sumFiles(path) : lstatSync(path).size);
  }, 0);
}

/** What an installed variant takes on the disk, with and without ONNX Runtime's binaries for three platforms. */
export function measureInstallSize(): ServiceRow[] {
  return findVariants().map(({ name, folder }) => {
    const folders = [...listClosure(folder)];
    const total = folders.reduce((sum, one) => sum + sumFiles(one), 0);
    const runtime = folders.find((one) => one.endsWith("onnxruntime-node"));
    const binaries = runtime === undefined ? 0 : sumFiles(runtime);
    const about = `${folders.length} packages; ${((total - binaries) / 1e6).toFixed(0)} MB without onnxruntime-node, which holds the binaries of all platforms`;
    return { name: `installed size of ${name}`, value: total / 1e6, unit: "MB", about };
  });
}

/** Seconds from the process's start to a picture, of a run that is there; median of five. */
export function measureColdStart(name: string, folder: string, options: readonly string[]): ServiceRow {
  const out = mkdtempSync(join(tmpdir(), "gan-cold-"));
  const picture = join(out, "new.png");
  const seconds = Array.from({ length: 6 }, () => {
    const start = performance.now();
    const args = ["generate", ...options, "--count", "16", "--out", picture];
    const done = spawnSync(process.execPath, [join(folder, "bin", `gan-${name}.js`), ...args], {
      encoding: "utf8",
    });
    if (done.status !== 0)
      throw new Error(`gan-${name} ${args.join(" ")} failed:\n${done.stderr.slice(-2000)}`);
    return (performance.now() - start) / 1000;
  });
  rmSync(out, { recursive: true });
  const about = `gan-${name} generate ${options[0] === "--from" ? "--from RUN" : options.join(" ")} --count 16, process start to PNG, median of 5 after one`;
  return { name: `cold start of ${name}`, value: computeMedian(seconds.slice(1)), unit: "s", about };
}

/**
 * How many of tfjs's own specs pass on `ort`. They take a minute or two: full runs do them, short ones tell what the
 * last run of them in this folder said, if there was one.
 *
 * @throws Error where the specs cannot be run.
 */
export function measureConformance(isFull: boolean): ServiceRow[] {
  const file = join(backendFolder, ".test-results", "conformance.json");
  if (isFull) {
    rmSync(file, { force: true });
    const run = ["--import", "tsx", "conformance/main.ts"];
    const { status, stderr } = spawnSync(process.execPath, run, { cwd: backendFolder, encoding: "utf8" });
    // It ends with 1 where specs fail, which the row tells; what it could not run it has not written.
    if (status !== 0 && !existsSync(file)) throw new Error(`tfjs's specs failed:\n${stderr.slice(-2000)}`);
  }
  if (!existsSync(file)) return [];
  const { passed, failed, skipped } = JSON.parse(readFileSync(file, "utf8")) as Record<string, number>;
  const when = isFull ? "" : ", by the last `pnpm --filter @gan/backend-ort test`";
  const about = `of tfjs's own${when}; ${failed} failed, ${skipped} skipped`;
  return [{ name: "conformance of ort", value: passed as number, unit: "specs passed", about }];
}
