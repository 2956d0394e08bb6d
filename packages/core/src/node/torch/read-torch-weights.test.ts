import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { HostTensor } from "../../checkpoint/index.js";
import { DataError } from "../../errors/index.js";
import { Random } from "../../random/index.js";
import { readTorchWeights } from "./read-torch-weights.js";
import { finish, makeTorchZip, makeZip, pickle, pickleTensor } from "./torch-files.test-helper.js";

/** Written by fixtures/make-torch-fixtures.py. */
const readFixture = (name: string) =>
  readFileSync(new URL(`../../../fixtures/torch/${name}`, import.meta.url));
const floats = (values: readonly number[]) => new Uint8Array(Float32Array.from(values).buffer);
const refuse = async (bytes: Uint8Array, sentence: RegExp) => {
  const reading = readTorchWeights(bytes, "toy.pth");
  await expect(reading).rejects.toThrow(sentence);
  await expect(reading).rejects.toBeInstanceOf(DataError);
};

describe("readTorchWeights", () => {
  it.each(["zip.pth", "legacy.pth"])(
    "reads every type and layout from %s as PyTorch has it",
    async (file) => {
      const expected = JSON.parse(readFixture("values.json").toString()) as Record<string, HostTensor>;
      const read = await readTorchWeights(readFixture(file), file);
      expect([...read.keys()]).toEqual(Object.keys(expected));
      for (const [name, { shape, values }] of Object.entries(expected)) {
        expect([name, read.get(name)?.shape]).toEqual([name, shape]);
        expect([name, [...(read.get(name)?.values ?? [])]]).toEqual([name, values.map(Math.fround)]);
      }
    },
  );

  it("reads the state_dict of a checkpoint, and only what is needed", async () => {
    const bytes = readFixture("checkpoint.pth");
    const all = await readTorchWeights(bytes, "toy");
    expect([...all.keys()]).toContain("1.running_var");
    const some = await readTorchWeights(bytes, "toy", (name) => name.startsWith("0."));
    expect([...some.keys()]).toEqual(["0.weight", "0.bias"]);
    expect(some.get("0.weight")).toEqual(all.get("0.weight"));
  });

  it("reads a deflated archive and a small one made by hand", async () => {
    const description = pickleTensor({ shape: [2, 2], strides: [1, 2], offset: 1, length: 5 });
    const read = await readTorchWeights(
      makeTorchZip(description, { bytes: floats([9, 1, 2, 3, 4]), deflate: true }),
      "toy",
    );
    expect(read.get("weight")).toEqual({ shape: [2, 2], values: Float32Array.of(1, 3, 2, 4) });
  });
});

describe("a malicious file is refused", () => {
  it.each(["malicious-zip.pth", "malicious-legacy.pth"])("that calls os.system: %s", async (file) => {
    await refuse(readFixture(file), /toy\.pth is refused: it names posix\.system, which weights do not need/);
  });

  it("that names a function as newer pickles do", async () => {
    const bytes = readFixture("malicious-protocol-4.pkl");
    await refuse(makeTorchZip(bytes, { bytes: floats([]) }), /it names posix\.system/);
  });

  it("that is a whole module instead of weights", async () => {
    await refuse(readFixture("whole-module.pth"), /it names torch\.nn\.modules\.container\.Sequential/);
  });

  it("that names what every object has", async () => {
    for (const name of ["__proto__", "constructor", "toString"]) {
      const call = pickle.call(pickle.global("torch", name), pickle.tuple());
      await refuse(makeTorchZip(finish(call), { bytes: floats([]) }), /it names torch\./);
    }
  });

  it("that is a zip bomb: it declares far more than its tensor needs", async () => {
    const description = pickleTensor({ shape: [4], strides: [1], length: 4 });
    const zeros = new Uint8Array(2 ** 24);
    await refuse(
      makeTorchZip(description, { bytes: zeros, deflate: true }),
      /declares 16777216 bytes for toy\/data\/0, where at most 16 are needed/,
    );
  });

  it("that is a zip bomb: it declares little and unpacks to much", async () => {
    const description = pickleTensor({ shape: [4], strides: [1], length: 4 });
    const zeros = new Uint8Array(2 ** 24);
    await refuse(
      makeTorchZip(description, { bytes: zeros, deflate: true, declared: 16 }),
      /damaged entry toy\/data\/0: too many bytes/,
    );
  });

  it("whose description is a zip bomb", async () => {
    const bytes = new Uint8Array(9);
    await refuse(
      makeZip([{ name: "toy/data.pkl", bytes, deflate: true, declared: 2 ** 26 }]),
      /declares 67108864 bytes for toy\/data\.pkl/,
    );
  });

  it.each([
    ["a wrong stride", { shape: [2, 3], strides: [4, 1], length: 6 }],
    ["a negative stride", { shape: [2], strides: [-1], length: 6 }],
    ["a stride of 0, which repeats numbers", { shape: [1000], strides: [0], length: 6 }],
    ["strides for another rank", { shape: [2, 3], strides: [1], length: 6 }],
    ["an offset behind the end", { shape: [2], strides: [1], offset: 5, length: 6 }],
    ["a negative offset", { shape: [2], strides: [1], offset: -1, length: 6 }],
    ["an absurd shape", { shape: [2 ** 40, 2 ** 40], strides: [2 ** 40, 1], length: 6 }],
    ["a negative shape", { shape: [-2, 3], strides: [3, 1], length: 6 }],
    ["a rank of 17", { shape: Array(17).fill(1), strides: Array(17).fill(1), length: 6 }],
  ])("that describes %s", async (_, claim) => {
    const bytes = makeTorchZip(pickleTensor(claim), { bytes: floats([1, 2, 3, 4, 5, 6]) });
    await refuse(bytes, /describes a tensor/);
  });

  it("that claims a storage larger than the file's", async () => {
    const claim = { shape: [2 ** 20], strides: [1], length: 2 ** 20 };
    await refuse(
      makeTorchZip(pickleTensor(claim), { bytes: floats([1]) }),
      /has 4 bytes, where 4194304 are needed/,
    );
  });

  it("that claims more than memory should hold", async () => {
    const claim = { shape: [2 ** 40], strides: [1], length: 2 ** 40 };
    await refuse(
      makeTorchZip(pickleTensor(claim), { bytes: floats([1]) }),
      /its tensors need 8796093022208 bytes/,
    );
  });

  it("that describes a storage of an unknown type", async () => {
    const claim = { shape: [1], strides: [1], length: 1, storageType: "EvilStorage" };
    await refuse(makeTorchZip(pickleTensor(claim), { bytes: floats([1]) }), /it names torch\.EvilStorage/);
  });

  it("whose numbers have another checksum", async () => {
    const bytes = makeTorchZip(pickleTensor({ shape: [1], strides: [1], length: 1 }), { bytes: floats([7]) });
    const place = bytes.indexOf(Buffer.from(floats([7])));
    bytes[place] = 1;
    await refuse(bytes, /damaged entry toy\/data\/0: its checksum is another/);
  });

  it("that is truncated, anywhere", async () => {
    for (const file of ["zip.pth", "legacy.pth"]) {
      const bytes = readFixture(file);
      for (let length = 0; length < bytes.length; length += 53) {
        const reading = readTorchWeights(bytes.subarray(0, length), file);
        await expect(reading, `${file}, ${length} bytes`).rejects.toBeInstanceOf(DataError);
      }
    }
  });

  it("or met with the library's own error, whichever bit is flipped", async () => {
    const random = new Random(11);
    let refused = 0;
    for (const file of ["zip.pth", "legacy.pth"]) {
      for (let trial = 0; trial < 100; trial++) {
        const bytes = Buffer.from(readFixture(file));
        const position = random.integer(bytes.length);
        bytes[position] = (bytes[position] as number) ^ (1 << random.integer(8));
        const error = await readTorchWeights(bytes, file).then(
          () => undefined,
          (thrown) => thrown,
        );
        if (error === undefined) continue;
        if (!(error instanceof DataError)) throw error;
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(60);
  });

  it("that is something else", async () => {
    await refuse(
      Buffer.from("hello"),
      /must be a file of weights that PyTorch saved, got no file of PyTorch's/,
    );
    const tar = Buffer.alloc(1024);
    tar.write("ustar", 257);
    await refuse(tar, /tar archive, as PyTorch wrote before 0\.1\.10\. Load and save it with a newer/);
  });
});
