import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";

const module = JSON.stringify(join(import.meta.dirname, "run-child.mjs"));

/** A process that runs `program` through runChild and ends with its exit code. */
function runThrough(program: string): { parent: ChildProcess; output: () => string } {
  const code = `
    const { runChild } = await import(${module});
    const child = await runChild(process.execPath, ["-e", ${JSON.stringify(program)}], { ownGroup: true });
    console.log("outlived it");
    process.exitCode = child.code;`;
  const parent = spawn(process.execPath, ["--input-type=module", "-e", code], { detached: true });
  let output = "";
  for (const stream of [parent.stdout, parent.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  return { parent, output: () => output };
}

const windows = process.platform === "win32";

test("the exit code is passed on", async () => {
  const { parent } = runThrough("process.exit(7)");
  expect(await once(parent, "close")).toEqual([7, null]);
});

test.skipIf(windows)("a program ended by a signal gives 128 and the signal's number", async () => {
  const { parent } = runThrough(`process.kill(process.pid, "SIGKILL")`);
  expect(await once(parent, "close")).toEqual([137, null]);
});

test.skipIf(windows)(
  "one Ctrl-C that arrives twice reaches the program once, and it may take its time",
  async () => {
    const { parent, output } = runThrough(`
    let interrupts = 0;
    process.on("SIGINT", () => { interrupts += 1; setTimeout(() => { console.log("interrupts", interrupts); process.exit(3); }, 600); });
    setInterval(() => {}, 1000);
    console.log("ready");`);
    while (!output().includes("ready")) await delay(20);
    const group = -(parent.pid as number); // the terminal signals the group, npm the process
    process.kill(group, "SIGINT");
    await delay(20);
    process.kill(group, "SIGINT");
    expect(await once(parent, "close")).toEqual([3, null]);
    expect(output()).toBe("ready\ninterrupts 1\noutlived it\n");
  },
);
