import { afterEach, describe, expect, it } from "vitest";
import { chooseSetting } from "./choose-setting.js";
import { createPeerEnvironment, PeerProcess } from "./peer-process.js";
import type { FoundPeer } from "./peers.js";
import { createDcganWorkload } from "./workload.js";

/** A peer in a line of JavaScript, whose steps take as long as it claims. */
function fakePeer(setting: string, millis: number): readonly string[] {
  const script = `
    console.log("chatter");
    console.log(JSON.stringify({ peer: "fake", version: "1", threads: 1, setting: ${JSON.stringify(setting)} }));
    require("readline").createInterface({ input: process.stdin }).on("line", (line) => {
      const { steps, quit } = JSON.parse(line);
      if (quit) process.exit(0);
      console.log(JSON.stringify({ milliseconds: Array(steps).fill(${millis}), peakMemoryMB: 1 }));
    });`;
  return ["-e", script];
}

const command = (args: readonly string[]) => ({ file: process.execPath, arguments: args, threads: 1 });
const running: PeerProcess[] = [];
afterEach(async () => {
  for (const process of running.splice(0)) await process.quit();
});

describe("PeerProcess", () => {
  it("answers turn after turn", async () => {
    const peer = await PeerProcess.start(command(fakePeer("plain", 12)));
    running.push(peer);
    expect(peer.description.setting).toBe("plain");
    expect((await peer.run(2)).milliseconds).toEqual([12, 12]);
    expect((await peer.run(1)).milliseconds).toEqual([12]);
  });

  it("repeats what a process wrote before it failed", async () => {
    const failing = command(["-e", 'console.error("no compiler"); process.exit(1)']);
    await expect(PeerProcess.start(failing)).rejects.toThrow("no compiler");
    await expect(PeerProcess.start({ ...failing, file: "no-such-python" })).rejects.toThrow("ENOENT");
  });

  it("is not held back by this machine's settings of OpenBLAS", () => {
    process.env.OPENBLAS_CORETYPE ??= "Haswell";
    expect(createPeerEnvironment(2)).toMatchObject({ OMP_NUM_THREADS: "2", OPENBLAS_NUM_THREADS: "2" });
    expect(createPeerEnvironment(2)).not.toHaveProperty("OPENBLAS_CORETYPE");
  });
});

describe("chooseSetting", () => {
  const peer = (millis: Readonly<Record<string, number>>): FoundPeer => ({
    name: "torch",
    install: "",
    threads: [2, 1],
    candidates: [{ options: [] }, { options: ["--fast"], costly: true }],
    command: (_size, { options }, threads) => {
      const label = [threads, ...options].join(" ");
      const claimed = millis[label];
      return command(claimed === undefined ? ["-e", "process.exit(1)"] : fakePeer(label, claimed));
    },
  });
  const work = createDcganWorkload({ pixels: 32, batch: 1, features: 16 });
  const choose = async (millis: Readonly<Record<string, number>>) => {
    const log: string[] = [];
    const chosen = await chooseSetting(peer(millis), work, (text) => log.push(text));
    running.push(chosen.process);
    return { setting: chosen.process.description.setting, trials: log.length };
  };

  it("keeps the fastest of every setting and thread count", async () => {
    expect(await choose({ "2": 110, "1": 100, "2 --fast": 90, "1 --fast": 95 })).toEqual({
      setting: "2 --fast",
      trials: 4,
    });
  });

  it("does not try a costly setting where the plain one is far behind", async () => {
    expect(await choose({ "2": 100, "1": 200, "2 --fast": 110, "1 --fast": 1 })).toEqual({
      setting: "2",
      trials: 3,
    });
  });

  it("passes over a setting that cannot run, and fails when none can", async () => {
    expect((await choose({ "1": 100 })).setting).toBe("1");
    await expect(choose({})).rejects.toThrow("runs at no setting");
  });
});
