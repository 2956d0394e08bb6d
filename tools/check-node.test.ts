import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";

/** Runs a program that only prints, with the check loaded first, as if on another version of Node.js. */
function runAs(version: string, program: string) {
  const folder = mkdtempSync(join(tmpdir(), "check-node-"));
  const pretend = join(folder, "pretend.cjs");
  writeFileSync(
    pretend,
    `Object.defineProperty(process, "versions", { value: Object.assign({}, process.versions, { node: "${version}" }) });`,
  );
  const check = join(import.meta.dirname, "check-node.cjs");
  const run = spawnSync(process.execPath, ["-r", pretend, "-r", check, "-e", program], { encoding: "utf8" });
  rmSync(folder, { recursive: true });
  return run;
}

test.each(["0.12.18", "8.17.0", "18.20.8", "20.18.3"])(
  "Node.js %s gets one sentence of advice",
  (version) => {
    const { status, stdout, stderr } = runAs(version, `console.log("started")`);
    expect(status).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).toMatch(
      new RegExp(
        `^This workspace needs Node.js [\\d.]+ or newer, but this is Node.js ${version}\\. Install .*\\n$`,
      ),
    );
  },
);

test.each(["20.19.0", "22.3.0", "100.0.0"])("Node.js %s goes on", (version) => {
  expect(runAs(version, `console.log("started")`)).toMatchObject({
    status: 0,
    stdout: "started\n",
    stderr: "",
  });
});
