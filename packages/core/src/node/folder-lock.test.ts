import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { releaseLock, takeLock } from "./folder-lock.js";

let folder = "";
let lock = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "gan-lock-"));
  lock = join(folder, "training.lock");
});
afterEach(() => rm(folder, { recursive: true }));

const dead = 1;
const isRunning = (pid: number) => pid !== dead;
const take = (pid: number, host = "here") => takeLock(lock, { pid, host }, isRunning);
/** So many at once, and who of them has the lock. */
async function race(count: number): Promise<number[]> {
  const pids = Array.from({ length: count }, (_, index) => 100 + index);
  const others = await Promise.all(pids.map((pid) => take(pid)));
  const winners = pids.filter((_, index) => others[index] === undefined);
  for (const other of others) if (other !== undefined) expect(other.pid).toBe(winners[0]);
  return winners;
}

it("gives a lock to one of many, and again when it is given back", async () => {
  for (let round = 0; round < 10; round++) {
    const winners = await race(16);
    expect(winners).toHaveLength(1);
    expect(await readFile(lock, "utf8")).toBe(`${winners[0]} here\n`);
    await releaseLock(lock);
    expect(await readdir(folder)).toEqual([]);
  }
});

it.each([
  ["a dead process left", `${dead} here\n`],
  ["another machine's process wrote", "7 there\n"],
  ["nobody can read", "?\n"],
])("gives a lock that %s to one of many", async (_, left) => {
  for (let round = 0; round < 10; round++) {
    await writeFile(lock, left);
    if (left === "?\n") await utimes(lock, 0, 0);
    expect(await race(16)).toHaveLength(1);
    expect(await readdir(folder)).toEqual(["training.lock"]);
  }
});

it("tells who has it, and leaves its own to a process", async () => {
  expect(await take(5)).toBeUndefined();
  expect(await take(6)).toEqual({ pid: 5, host: "here" });
  expect(await take(5)).toBeUndefined();
  expect(await readFile(lock, "utf8")).toBe("5 here\n");
});

it("waits for one that is being written", async () => {
  await writeFile(lock, "");
  const asked = take(6);
  await writeFile(lock, "5 here\n");
  expect(await asked).toEqual({ pid: 5, host: "here" });
});

it("goes on where a process died while it took over", async () => {
  const takeover = `${lock}.takeover`;
  await writeFile(lock, `${dead} here\n`);
  await writeFile(takeover, "");
  await utimes(takeover, 0, 0);
  expect(await take(5)).toBeUndefined();
  expect(await readdir(folder)).toEqual(["training.lock"]);
});
