import { createHash } from "node:crypto";
import { readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { useFolder } from "../node/pictures.test-helper.js";
import { Random } from "../random/index.js";
import { runGan } from "./gan.js";
import { parseOnnxFlags } from "./onnx-options.js";

/** A network's weights whose content is known here; where they are published comes with the server. */
const toy = vi.hoisted(() => ({ file: "toy-weights.pth", url: "", hashPrefix: "", megabytes: 1 }));
vi.mock(import("../node/extractors/known-weights.js"), async (importOriginal) => {
  const original = await importOriginal();
  return { ...original, knownWeights: { ...original.knownWeights, toy } };
});

const folder = useFolder();
/** A folder with pictures in it. */
const pictures = fileURLToPath(new URL("../../fixtures/metrics", import.meta.url));
const content = Buffer.from(new Random(1).uniforms(50_000).buffer);
const requests: string[] = [];
let isCut = false;

/** Serves the toy's weights, ranges too, breaking off in the middle where `isCut`; something else elsewhere. */
const answer: RequestListener = ({ url, headers }, response) => {
  requests.push(headers.range ?? "all");
  if (url === "/absent") return void response.writeHead(404).end();
  if (url !== "/toy") return void response.end("something else");
  const start = Number(/^bytes=(\d+)-$/.exec(headers.range ?? "")?.[1] ?? 0);
  const range = `bytes ${start}-${content.length - 1}/${content.length}`;
  response.writeHead(start > 0 ? 206 : 200, {
    "content-length": content.length - start,
    ...(start > 0 && { "content-range": range }),
  });
  if (isCut) response.write(content.subarray(start, 80_000), () => response.destroy());
  else response.end(content.subarray(start));
};
const server = createServer(answer);
let url = "";
const [out, err]: [string[], string[]] = [[], []];

async function fetchWeights(...args: string[]) {
  out.length = err.length = requests.length = 0;
  const code = await runGan(["metrics", "fetch", ...args]);
  return { code, out: out.join("\n"), err: err.join("\n") };
}

beforeAll(async () => {
  process.env["GAN_CACHE_FOLDER"] = folder("cache");
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  toy.url = `${url}/toy`;
  toy.hashPrefix = createHash("sha256").update(content).digest("hex").slice(0, 8);
});
afterAll(() => {
  delete process.env["GAN_CACHE_FOLDER"];
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  vi.spyOn(console, "log").mockImplementation((text) => void out.push(String(text)));
  vi.spyOn(console, "error").mockImplementation((text) => void err.push(String(text)));
});

describe("gan metrics fetch", () => {
  it("goes on after a cut, verifies what came, keeps it, and needs no network from then on", async () => {
    const path = folder("cache/weights/toy-weights.pth");
    isCut = true;
    const broken = await fetchWeights("toy");
    expect([broken.code, broken.err]).toEqual([
      1,
      expect.stringMatching(/could not be fetched: .*\. 80000 bytes are kept\. The same command goes on/),
    ]);
    isCut = false;
    expect(await fetchWeights("toy")).toEqual({ code: 0, out: `toy: ${path}`, err: "" });
    expect(requests).toEqual(["bytes=80000-"]);
    expect(await readFile(path)).toEqual(content);
    const offline = await fetchWeights("toy", "--url", "http://127.0.0.1:1/nobody", "--json");
    expect([offline.code, JSON.parse(offline.out)]).toEqual([0, { name: "toy", path }]);
    await writeFile(path, "damaged since");
    expect((await fetchWeights("toy")).code).toBe(0);
    expect(requests).toEqual(["all"]);
    expect(await readFile(path)).toEqual(content);
  });

  it.each([
    ["an unknown network", ["resnet"], 2, /must be those of inception, alex, vgg16, .*got resnet/],
    ["a server without it", ["inception", "--url", "/absent"], 1, /answered 404 Not Found/],
    [
      "a file of another content",
      ["inception", "--url", "/other"],
      1,
      /SHA-256 must begin with 6726825d, got [0-9a-f]{16}…: it is not used, and removed/,
    ],
    [
      "no network at all",
      ["inception", "--url", "http://127.0.0.1:1/x.pth"],
      1,
      /could not be fetched: fetch failed .*0 bytes are kept.*or fetch .* in another way, and give the file by its path/,
    ],
  ])("ends with a sentence: %s", async (_, args, code, sentence) => {
    await rm(folder("cache/weights"), { recursive: true, force: true });
    const result = await fetchWeights(...args.map((arg) => (arg.startsWith("/") ? url + arg : arg)));
    expect([result.code, result.err]).toEqual([code, expect.stringMatching(sentence)]);
  });

  it("is what an absent network asks for", async () => {
    const inception = ["--extractor", "inception", "--out", folder("x.npz")];
    expect(await runGan(["metrics", "stats", pictures, ...inception])).toBe(1);
    expect(err.join("\n")).toMatch(
      /inception needs its published weights, 96 MB.*Run once: gan metrics fetch/,
    );
  });
});

describe("flags of an ONNX file", () => {
  it("become what it takes", () => {
    const flags = { inputSize: "224", mean: "0.485, 0.456,0.406", std: "0.5", channels: "3" } as const;
    expect(parseOnnxFlags(flags)).toMatchObject({
      size: 224,
      mean: [0.485, 0.456, 0.406],
      deviation: [0.5],
      channels: 3,
    });
    expect(parseOnnxFlags({})).toBeUndefined();
  });

  it("are refused without a size or with what is no number", () => {
    expect(() => parseOnnxFlags({ layout: "nhwc" })).toThrow(/needs --input-size/);
    expect(() => parseOnnxFlags({ inputSize: "8", mean: "1,,2" })).toThrow(/--mean must be a number/);
  });
});
