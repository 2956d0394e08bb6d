import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { useFolder } from "../node/pictures.test-helper.js";
import { runGan } from "./gan.js";
import { parseOnnxFlags } from "./onnx-options.js";

const folder = useFolder();
/** A folder with pictures in it. */
const pictures = fileURLToPath(new URL("../../fixtures/metrics", import.meta.url));
const server = createServer((request, response) => {
  if (request.url === "/absent") response.writeHead(404);
  response.end("something else");
});
let url = "";
let err: string[] = [];

beforeAll(async () => {
  process.env["GAN_CACHE_FOLDER"] = folder("cache");
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  delete process.env["GAN_CACHE_FOLDER"];
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  err = [];
  vi.spyOn(console, "error").mockImplementation((text) => void err.push(String(text)));
});

describe("gan metrics fetch", () => {
  it.each([
    [["resnet"], 2, /must be those of inception, alex, vgg16, got resnet/],
    [["inception", "--url", "/absent"], 1, /answered 404 Not Found/],
    [["inception", "--url", "/other"], 1, /SHA-256 must begin with 6726825d, got [0-9a-f]{16}…/],
  ])("ends with a sentence: %j", async (args, code, sentence) => {
    const line = args.map((arg) => (arg.startsWith("/") ? url + arg : arg));
    expect(await runGan(["metrics", "fetch", ...line])).toBe(code);
    expect(err.join("\n")).toMatch(sentence);
  });

  it("is what an absent network asks for", async () => {
    expect(await runGan(["metrics", "stats", pictures, "--out", folder("x.npz")])).toBe(1);
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
