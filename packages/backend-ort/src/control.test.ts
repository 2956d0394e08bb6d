import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { BackendOrtError, compile, configure, explain } from "./index.js";
import { probeProvider } from "./providers/probe.js";

beforeAll(async () => void (await tf.setBackend("ort")));
afterAll(() => configure({ provider: "cpu", threads: 0 }));

describe("configure", () => {
  it.each([
    [{ provider: "metal" }, "provider: is one of cpu, webgpu, cuda; got metal"],
    [{ threads: 1.5 }, "threads: is a whole number of at least 0"],
    [{ thread: 1 }, "unknown option thread. Known are threads, provider,"],
  ])("refuses %o and changes nothing", (changes, message) => {
    const before = explain();
    expect(() => configure({ cacheSize: 3, ...changes } as never)).toThrow(message);
    expect(() => configure(changes as never)).toThrow(BackendOrtError);
    expect(explain()).toMatchObject({ provider: before.provider, threads: before.threads });
  });

  it("has compiled functions trace again when threads change, and keep their graphs when nothing does", () => {
    let traces = 0;
    configure({ threads: 2 });
    const variable = tf.variable(tf.tensor1d([1, 2]));
    const step = compile(() => {
      traces++;
      variable.assign(tf.mul(variable, 2));
    });
    step();
    const first = traces;
    configure({ threads: explain().threads, refuseFallback: false });
    step();
    expect(traces).toBe(first);
    configure({ threads: 1 });
    step();
    expect(traces).toBe(2 * first);
    expect(Array.from(variable.dataSync())).toEqual([8, 16]);
    configure({ threads: 0 });
    step.dispose();
    variable.dispose();
  });
});

describe("explain", () => {
  it("keeps the totals of graphs that were freed", () => {
    const double = compile((x: tf.Tensor) => tf.mul(x, 2), { name: "freedLater" });
    const x = tf.tensor1d([1]);
    for (let run = 0; run < 3; run++) double(x).dispose();
    const held = explain().graphs.find(({ name }) => name === "freedLater");
    expect(held).toMatchObject({ runs: 3, kernels: 1, nodesOnCpu: {} });
    double.dispose();
    x.dispose();
    expect(explain().graphs.some(({ name }) => name === "freedLater")).toBe(false);
    const freed = explain().freedGraphs.find(({ name }) => name === "freedLater");
    expect(freed).toEqual({
      name: "freedLater",
      graphs: 1,
      runs: 3,
      compileMillis: held?.compileMillis,
      runMillis: held?.runMillis,
    });
  });

  it("prints a report at the end of a process with GAN_ORT_EXPLAIN=1", () => {
    const program = `
      import * as tf from "@tensorflow/tfjs-core";
      import { compile } from "./src/index.ts";
      await tf.setBackend("ort");
      const step = compile((x) => tf.mul(x, 2), { name: "doubling" });
      for (let run = 0; run < 3; run++) step(tf.scalar(run)).dispose();
      console.log("done");
    `;
    const run = (environment: NodeJS.ProcessEnv) =>
      spawnSync(process.execPath, ["--import", "tsx", "--input-type=module", "--eval", program], {
        cwd: fileURLToPath(new URL("..", import.meta.url)),
        encoding: "utf8",
        env: { ...process.env, GAN_ORT_PROVIDER: "", GAN_ORT_THREADS: "1", ...environment },
      });
    const explained = run({ GAN_ORT_EXPLAIN: "1" });
    expect(explained.stdout).toContain("done");
    expect(explained.stderr).toMatch(/\[backend-ort] cpu runs on .*\n {2}threads: 1\n/);
    expect(explained.stderr).toMatch(/\n {2}doubling +1 +1 +\d+ +3 /);
    const silent = run({ GAN_ORT_EXPLAIN: "" });
    expect(silent.stdout).toContain("done");
    expect(silent.stderr).not.toContain("[backend-ort]");
  });
});

const cuda = probeProvider("cuda");

describe.runIf(!cuda.usable)(
  `a provider that cannot start${cuda.usable ? " (skipped: cuda starts on this machine)" : ""}`,
  () => {
    it("is named with the reason, once, and cpu does the work", () => {
      const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
      configure({ provider: "cuda" });
      configure({ provider: "cpu" });
      configure({ provider: "cuda" });
      expect(warn).toHaveBeenCalledTimes(1);
      const message = warn.mock.calls[0]?.[0] as string;
      expect(message).toMatch(
        /^\[backend-ort] The provider cuda cannot start: .+\. Needs .+ Using cpu instead\.$/,
      );
      const { provider } = explain();
      expect(provider).toEqual({
        requested: "cuda",
        used: "cpu",
        adapter: undefined,
        notice: message.slice(14),
      });
      const doubled = tf.mul(tf.tensor1d([1, 2]), 2);
      expect(Array.from(doubled.dataSync())).toEqual([2, 4]);
      configure({ provider: "cpu" });
      expect(explain().provider.notice).toBeUndefined();
    });
  },
);
