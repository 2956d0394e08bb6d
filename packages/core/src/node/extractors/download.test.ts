import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { DataError } from "../../errors/index.js";
import { useFolder } from "../pictures.test-helper.js";
import { download } from "./download.js";

const folder = useFolder();
const content = Buffer.from(Uint8Array.from({ length: 300_000 }, (_, index) => (index * 7919) >> 5));
const hashPrefix = createHash("sha256").update(content).digest("hex").slice(0, 8);
const options = { hashPrefix, maxBytes: 1e6 };

let server: Server | undefined;
let requests: (string | undefined)[] = [];

/** Serves on the loopback interface and notes the ranges that are asked for. */
async function serve(answer: RequestListener): Promise<string> {
  requests = [];
  server = createServer((request, response) => {
    requests.push(request.headers.range);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/file`;
}

/** Answers ranges as a server of files does. */
const whole: RequestListener = ({ headers }, response) => {
  const start = Number(/^bytes=(\d+)-$/.exec(headers.range ?? "")?.[1] ?? 0);
  if (start >= content.length) return void response.writeHead(416).end();
  const range = `bytes ${start}-${content.length - 1}/${content.length}`;
  response.writeHead(start > 0 ? 206 : 200, {
    "content-length": content.length - start,
    ...(start > 0 && { "content-range": range }),
  });
  response.end(content.subarray(start));
};

/** Breaks the connection in the middle. */
const cut: RequestListener = (_, response) => {
  response.writeHead(200, { "content-length": content.length });
  response.write(content.subarray(0, 100_000), () => response.destroy());
};

const refuse = async (fetching: Promise<void>, sentence: RegExp) => {
  await expect(fetching).rejects.toThrow(sentence);
  await expect(fetching).rejects.toBeInstanceOf(DataError);
};

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

describe("download", () => {
  it("fetches a file once, into a folder that it makes, and tells how far it is", async () => {
    const url = await serve(whole);
    const path = folder("new/once.pth");
    const seen: number[] = [];
    await download(url, path, { ...options, onProgress: (bytes, total) => seen.push(bytes / total) });
    expect(await readFile(path)).toEqual(content);
    expect([seen.at(-1), existsSync(`${path}.partial`)]).toEqual([1, false]);
    await download(url, path, options);
    expect(requests).toEqual([undefined]);
  });

  it("needs no network for what is there", async () => {
    const path = folder("offline.pth");
    await writeFile(path, content);
    await download("http://127.0.0.1:1/nobody-listens", path, options);
  });

  it("keeps what came before a cut, and goes on from there", async () => {
    const path = folder("cut.pth");
    let url = await serve(cut);
    await refuse(
      download(url, path, options),
      /could not be fetched: .* 100000 bytes are kept\. The same command/,
    );
    server?.close();
    url = await serve(whole);
    await download(url, path, options);
    expect(requests).toEqual(["bytes=100000-"]);
    expect(await readFile(path)).toEqual(content);
  });

  it("begins again where a server cannot go on, or more is kept than there is", async () => {
    const url = await serve((request, response) => {
      if (request.headers.range === "bytes=5-") return void response.end(content); // 200, all of it
      whole(request, response);
    });
    for (const [name, kept] of [
      ["restart", 5],
      ["beyond", content.length + 9],
    ] as const) {
      await writeFile(folder(`${name}.pth.partial`), Buffer.alloc(kept));
      await download(url, folder(`${name}.pth`), options);
      expect(await readFile(folder(`${name}.pth`))).toEqual(content);
    }
    expect(requests).toEqual(["bytes=5-", "bytes=300009-", undefined]);
  });

  it("refuses and removes a file with another hash, also one kept from before", async () => {
    const url = await serve(whole);
    const path = folder("hash.pth");
    await refuse(
      download(url, path, { ...options, hashPrefix: "00000000" }),
      /SHA-256 must begin with 00000000, got [0-9a-f]{16}…: it is not used, and removed/,
    );
    expect([existsSync(path), existsSync(`${path}.partial`)]).toEqual([false, false]);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, "damaged");
    await download(url, path, options);
    expect(await readFile(path)).toEqual(content);
  });

  it("says what a server refuses, and that nobody answers", async () => {
    const url = await serve((_, response) => void response.writeHead(404).end());
    await refuse(
      download(url, folder("404.pth"), options),
      /answered 404 Not Found\. Fetch the file from another/,
    );
    await refuse(
      download("http://127.0.0.1:1/file", folder("silent.pth"), options),
      /could not be fetched: fetch failed \(.*\)\. 0 bytes are kept/,
    );
  });

  it("gives up when nothing comes, and when too much does", async () => {
    const url = await serve((request, response) => {
      if (request.url === "/file") response.writeHead(200, { "content-length": 10 }).write("x");
    });
    await refuse(
      download(url, folder("stall.pth"), { ...options, stallMillis: 200 }),
      /nothing came for 0\.2 s/,
    );
    server?.closeAllConnections();
    server?.close();
    const large = await serve(whole);
    await refuse(
      download(large, folder("large.pth"), { ...options, maxBytes: 1000 }),
      /more than 1000 bytes/,
    );
  });
});
