import { describe, expect, it } from "vitest";
import { adapterInLog } from "./adapter.js";
import { probeProvider } from "./probe.js";
import { adapterExists, chooseProvider, explainProbe } from "./provider.js";

const hidden = { ...process.env, VK_DRIVER_FILES: "/nonexistent", VK_ICD_FILENAMES: "/nonexistent" };
const webgpu = probeProvider("webgpu");
const skipped = webgpu.usable ? "" : ` (skipped, no adapter: ${webgpu.reason})`;

describe("cpu", () => {
  it("is used as asked, without a notice", () => {
    expect(chooseProvider("cpu")).toEqual({
      requested: "cpu",
      used: "cpu",
      adapter: undefined,
      sessionOptions: { executionProviders: ["cpu"] },
      notice: undefined,
    });
    expect(explainProbe("cpu", probeProvider("cpu"))).toBe("cpu runs on this machine's processor.");
  });
});

describe.runIf(process.platform === "linux")("webgpu without a Vulkan driver", () => {
  it("names the reason, the remedy and the provider used instead", () => {
    const choice = chooseProvider("webgpu", { environment: hidden });
    expect(choice).toMatchObject({ requested: "webgpu", used: "cpu", adapter: undefined });
    expect(choice.sessionOptions.executionProviders).toEqual(["cpu"]);
    expect(choice.notice).toMatch(
      /^The provider webgpu cannot start: .*(adapter|unsupported).*\. Install .* Using cpu instead\.$/,
    );
    expect(choice.notice).not.toContain("onnxruntime_src");
  });

  it("leaves what is remembered of the real environment alone", () => {
    expect(adapterExists({ environment: hidden })).toBe(false);
    expect(adapterExists()).toBe(webgpu.usable);
  });
});

describe("a provider that does not answer", () => {
  it("is reported with the time that it was given", () => {
    const probe = probeProvider("webgpu", { environment: process.env, timeoutMillis: 1 });
    expect(probe).toMatchObject({
      usable: false,
      reason: "it did not finish a model of one node within 1 ms",
    });
  });
});

describe("cuda", () => {
  it("either runs on the GPU or says which library is missing and how to install it", () => {
    const probe = probeProvider("cuda");
    if (probe.usable) expect(probe.adapter?.kind).toBe("hardware");
    else
      expect(explainProbe("cuda", probe)).toMatch(
        /^The provider cuda cannot start: .+\. Needs Linux x64, .*onnxruntime-node-install=cuda12\.$/,
      );
  });
});

describe("webgpu on this machine", () => {
  it("starts, or is refused for want of an adapter and nothing else", () => {
    const reason = webgpu.usable ? "" : webgpu.reason;
    expect(reason).toMatch(
      /^$|No supported adapters|Failed to get a WebGPU (adapter|device)|is unsupported: 'webgpu'/,
    );
  });

  it.runIf(webgpu.usable)(`is used as asked, and its adapter is named${skipped}`, () => {
    const choice = chooseProvider("webgpu");
    expect(choice).toMatchObject({
      used: "webgpu",
      notice: undefined,
      sessionOptions: { executionProviders: ["webgpu"] },
    });
    expect(choice.adapter?.name).toBeTruthy();
    expect(explainProbe("webgpu", webgpu)).toBe(
      `webgpu runs on ${choice.adapter?.name} (${choice.adapter?.kind}).`,
    );
  });
});

describe("the adapter's name", () => {
  const line = (device: string, driver: string) =>
    `DRIVER:                  Using "${device}" with driver: "${driver}"`;

  it("is the last that the Vulkan loader opened", () => {
    const log = `${line("Some Card", "liba.so")}\nINFO | DRIVER: [0] Other\n${line("llvmpipe (LLVM 15.0.6, 256 bits)", "libvulkan_lvp.so")}\n`;
    expect(adapterInLog("webgpu", log)).toEqual({
      name: "llvmpipe (LLVM 15.0.6, 256 bits)",
      kind: "software",
    });
    expect(adapterInLog("webgpu", line("NVIDIA H100", "libGLX_nvidia.so.0"))).toEqual({
      name: "NVIDIA H100",
      kind: "hardware",
    });
  });

  it("is said to be unknown where nothing names it", () => {
    expect(adapterInLog("webgpu", "").kind).toBe("unknown");
  });
});
