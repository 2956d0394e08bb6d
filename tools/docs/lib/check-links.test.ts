import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { findDeadLinks } from "./check-links.js";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gan-site-"));
  mkdirSync(join(folder, "inner"));
  const page = (body: string) => `<html><head></head><body>${body}</body></html>`;
  writeFileSync(
    join(folder, "index.html"),
    page('<a href="/docs/inner/one.html#there">x</a><a href="https://example.org/#y">y</a>'),
  );
  writeFileSync(
    join(folder, "inner", "one.html"),
    page(
      '<h2 id="there">t</h2><a href="../index.html">up</a><a href="#gone">g</a><img src="/docs/no.png"><a href="two">2</a>',
    ),
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

it("finds pages, files and places that are not there, and nothing else", () => {
  expect(findDeadLinks(folder, "/docs/")).toEqual([
    { page: "inner/one.html", link: "#gone", reason: "no such place on the page" },
    { page: "inner/one.html", link: "/docs/no.png", reason: "no such page or file" },
    { page: "inner/one.html", link: "two", reason: "no such page or file" },
  ]);
});
