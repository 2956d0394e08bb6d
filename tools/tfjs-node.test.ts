import { lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runProgram } from "./lib/run-program.mjs";
import { findLinked, link, unlink } from "./lib/tfjs-node/link.mjs";
import { cacheFolder, nameParts } from "./lib/tfjs-node/parts.mjs";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gan-tfjs-node-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("the parts of tfjs-node", () => {
  it("are kept apart by device and TensorFlow's version, and come from the wheel of the machine", () => {
    const cpu = nameParts({ cache: folder }, "x64");
    const gpu = nameParts({ cache: folder, gpu: true }, "x64");
    const other = nameParts({ cache: folder, tensorflow: "2.18.0" }, "x64");
    expect([cpu.wheel, gpu.wheel, nameParts({}, "arm64").wheel]).toEqual([
      "tensorflow-cpu",
      "tensorflow",
      "tensorflow",
    ]);
    expect(new Set([cpu, gpu, other].flatMap(({ library, project }) => [library, project])).size).toBe(6);
    expect(gpu.built.endsWith(join("node_modules", "@tensorflow", "tfjs-node-gpu"))).toBe(true);
  });

  it("lie where the environment says", () => {
    expect(cacheFolder({ GAN_TFJS_NODE_CACHE: "/a", XDG_CACHE_HOME: "/b" })).toBe("/a");
    expect(cacheFolder({ XDG_CACHE_HOME: "/b" })).toBe(join("/b", "gan-tfjs-node"));
    expect(cacheFolder({}).endsWith(join(".cache", "gan-tfjs-node"))).toBe(true);
  });
});

describe("the link into a project", () => {
  const setUp = () => {
    const parts = nameParts({ cache: join(folder, "cache") }, "x64");
    mkdirSync(join(parts.built, "lib"), { recursive: true });
    const project = join(folder, "project");
    mkdirSync(project);
    writeFileSync(join(project, "package.json"), "{}");
    return { parts, project, place: join(project, "node_modules", "@tensorflow", "tfjs-node") };
  };

  it("is made, made again, found and undone without a trace", () => {
    const { parts, project, place } = setUp();
    expect(findLinked(parts.packageName, project)).toBeUndefined();
    expect(link(parts, project)).toBe(place);
    expect(link(parts, project)).toBe(place);
    expect(findLinked(parts.packageName, project)).toBe(place);
    rmSync(parts.project, { recursive: true }); // leads nowhere now
    expect(findLinked(parts.packageName, project)).toBeUndefined();
    expect(unlink(parts, project)).toBe(place);
    expect(readdirSync(join(project, "node_modules"))).toEqual([]);
    expect(unlink(parts, project)).toBeUndefined();
  });

  it("takes the place of nothing else", () => {
    const { parts, project, place } = setUp();
    mkdirSync(place, { recursive: true });
    expect(() => link(parts, project)).toThrow(/installed by something else/);
    expect(() => unlink(parts, project)).toThrow(/installed by something else/);
    rmSync(place, { recursive: true });
    symlinkSync(folder, place);
    expect(() => link(parts, project)).toThrow(/installed by something else/);
    expect(lstatSync(place).isSymbolicLink()).toBe(true);
    expect(() => link(parts, join(folder, "cache"))).toThrow(/holds no package\.json/);
  });
});

it("tells what failed, what to do and what was printed last", async () => {
  const options = { what: "counting", remedy: "count again" };
  const run = (code: string) => runProgram(process.execPath, ["-e", code], options);
  expect(await run("console.log(1)")).toBe("1\n");
  await expect(run("console.error('no more'); process.exit(3)")).rejects.toThrow(
    /^counting failed \(exit code 3\)\. Remedy: count again\.\n\n.*\nno more$/s,
  );
  await expect(runProgram(join(folder, "absent"), [], options)).rejects.toThrow(/counting failed \(.*ENOENT/);
});
