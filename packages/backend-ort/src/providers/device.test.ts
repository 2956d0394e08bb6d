import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Tensor } from "onnxruntime-common";
import { afterAll, describe, expect, it } from "vitest";
import { DeviceReader, type ReadingSession } from "./device-reader.js";
import {
  DeviceSession,
  isOnDevice,
  keepOnDevice,
  type NativeSession,
  releaseFromDevice,
  viewOnDevice,
} from "./device-session.js";
import { oneNodeModel } from "./one-node-model.js";
import { cpuNodesInProfile } from "./placement.js";
import { probeProvider } from "./probe.js";

const probe = probeProvider("webgpu");
const skipped = probe.usable ? "" : ` (skipped, no adapter: ${probe.reason})`;

interface Binding {
  readonly binding: { readonly InferenceSession: new () => LoadableSession };
  initOrt(): void;
}
interface LoadableSession extends NativeSession {
  loadModel(buffer: ArrayBufferLike, offset: number, length: number, options: object): void;
  endProfiling(): void;
}

function load(model: Uint8Array, options: object): LoadableSession {
  const { binding, initOrt } = createRequire(import.meta.url)("onnxruntime-node/dist/binding.js") as Binding;
  initOrt();
  const session = new binding.InferenceSession();
  session.loadModel(model.buffer, model.byteOffset, model.byteLength, {
    executionProviders: ["webgpu"],
    logSeverityLevel: 3,
    ...options,
  });
  return session;
}

const doubling = (): DeviceSession =>
  new DeviceSession(load(oneNodeModel("Add", 2, "float32"), keepOnDevice(["y"])));
const vector = (...values: number[]): Tensor =>
  new Tensor("float32", Float32Array.from(values), [values.length]);

/** A native session that makes "device" tensors without a device, and notes what happens to it and them. */
function fakeSession(log: string[]): NativeSession {
  return {
    run: (_feeds, fetches) =>
      Object.fromEntries(
        Object.keys(fetches).map((name) => [
          name,
          Tensor.fromGpuBuffer({} as never, {
            dataType: "float32",
            dims: [1],
            dispose: () => log.push(`freed ${name}`),
          }),
        ]),
      ),
    dispose: () => log.push("session ended"),
  };
}

describe("DeviceSession", () => {
  it("ends the native session only after the last of its tensors", () => {
    const log: string[] = [];
    const session = new DeviceSession(fakeSession(log));
    const { a, b } = session.run({}, ["a", "b"]) as { a: Tensor; b: Tensor };
    expect(session.tensorsOnDevice).toBe(2);
    session.dispose();
    releaseFromDevice(a);
    releaseFromDevice(a);
    expect(log).toEqual(["freed a"]);
    releaseFromDevice(b);
    expect(log).toEqual(["freed a", "freed b", "session ended"]);
    session.dispose();
    expect(log).toHaveLength(3);
  });

  it("ends the native session at once when nothing is left on the device, and then refuses to run", () => {
    const log: string[] = [];
    const session = new DeviceSession(fakeSession(log));
    releaseFromDevice((session.run({}, ["a"]) as { a: Tensor }).a);
    session.dispose();
    expect(log).toEqual(["freed a", "session ended"]);
    expect(() => session.run({}, ["a"])).toThrow("it was disposed and cannot run");
  });

  it("asks for no location when no output is to stay", () => {
    expect(keepOnDevice([])).toEqual({});
    expect(keepOnDevice(["w"])).toEqual({ preferredOutputLocation: { w: "gpu-buffer" } });
  });
});

describe.runIf(probe.usable)(`state on the device${skipped}`, () => {
  const reader = new DeviceReader((model) => load(model, {}) as unknown as ReadingSession);
  afterAll(() => reader.dispose());

  const valuesOf = (tensor: Tensor): number[] => {
    const target = new Tensor("float32", new Float32Array(tensor.size), tensor.dims);
    reader.read(tensor, target);
    return Array.from(target.data as Float32Array);
  };

  it("goes from step to step without host memory, and is read at the end", () => {
    const session = doubling();
    let state = (session.run({ x: vector(1, -3, 0.5) }, ["y"]) as { y: Tensor }).y;
    expect(isOnDevice(state)).toBe(true);
    for (let step = 1; step < 20; step++) {
      const { y } = session.run({ x: state }, ["y"]) as { y: Tensor };
      releaseFromDevice(state);
      state = y;
    }
    expect(session.tensorsOnDevice).toBe(1);
    expect(valuesOf(state)).toEqual([2 ** 20, -3 * 2 ** 20, 2 ** 19]);
    releaseFromDevice(state);
    session.dispose();
  });

  it("outlives the disposal of its session and can be read by another", () => {
    const session = doubling();
    const { y } = session.run({ x: vector(1, 2, 3, 4) }, ["y"]) as { y: Tensor };
    session.dispose();
    const second = doubling();
    const again = (second.run({ x: y }, ["y"]) as { y: Tensor }).y;
    expect(valuesOf(y)).toEqual([2, 4, 6, 8]);
    releaseFromDevice(y);
    expect(valuesOf(viewOnDevice(again, [2, 2]))).toEqual([4, 8, 12, 16]);
    releaseFromDevice(again);
    second.dispose();
  });

  it.each([
    ["int32", Int32Array.of(7, -2, 0)],
    ["bool", Uint8Array.of(1, 0, 1)],
  ] as const)("may be %s", (dtype, values) => {
    const session = new DeviceSession(load(oneNodeModel("Identity", 1, dtype), keepOnDevice(["y"])));
    const { y } = session.run({ x: new Tensor(dtype, values as never, [3]) }, ["y"]) as { y: Tensor };
    const target = new Tensor(dtype, values.map(() => 9) as never, [3]);
    reader.read(y, target);
    expect(target.data).toEqual(values);
    releaseFromDevice(y);
    session.dispose();
  });

  it("is not read into a target of another dtype, size or place", () => {
    const session = doubling();
    const { y } = session.run({ x: vector(1, 2) }, ["y"]) as { y: Tensor };
    expect(() => reader.read(y, vector(0, 0, 0))).toThrow(
      "source is float32 of 2 values, target float32 of 3",
    );
    expect(() => reader.read(y, new Tensor("int32", new Int32Array(2), [2]))).toThrow("target int32 of 2");
    expect(() => reader.read(vector(1), vector(1))).toThrow("got cpu and cpu");
    releaseFromDevice(y);
    session.dispose();
  });
});

describe.runIf(probe.usable)(`placement${skipped}`, () => {
  it.each([
    ["Sign", [{ name: "Sign", operator: "Sign" }]],
    ["Neg", []],
  ])("of %s is told by a profile", (operator, expected) => {
    const folder = mkdtempSync(join(tmpdir(), "backend-ort-profile-"));
    const session = load(oneNodeModel(operator, 1, "float32"), {
      enableProfiling: true,
      profileFilePrefix: join(folder, "p"),
    });
    session.run({ x: vector(-1, 2) }, { y: null }, {});
    session.run({ x: vector(-1, 2) }, { y: null }, {});
    session.endProfiling();
    session.dispose();
    const [file = ""] = readdirSync(folder);
    const profile = readFileSync(join(folder, file), "utf8");
    rmSync(folder, { recursive: true });
    expect(cpuNodesInProfile(profile)).toEqual(expected);
  });
});
