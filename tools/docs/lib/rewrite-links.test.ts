import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { rewriteMarkdown } from "./rewrite-links.js";

let root = "";
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "gan-docs-"));
  const files = [
    "README.md",
    "CONTRIBUTING.md",
    "packages/pot/README.md",
    "packages/pot/docs/a.png",
    "packages/pot/src/x.ts",
    "packages/cup/README.md",
    "tools/docs/guides/one.md",
  ];
  for (const file of files) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), "");
  }
});
afterAll(() => rmSync(root, { recursive: true }));
const rewrite = (text: string, file = "packages/pot/README.md") => rewriteMarkdown(root, file, text);

describe("rewriteMarkdown", () => {
  it.each([
    ["[cup](../cup/README.md#use)", "[cup](/packages/cup/index.md#use)"],
    ["[cup](../cup)", "[cup](/packages/cup/index.md)"],
    ["[guide](../../tools/docs/guides/one.md)", "[guide](/guides/one.md)"],
    ["[how](../../CONTRIBUTING.md#adding)", "[how](/contributing.md#adding)"],
    ["[start](../../README.md)", "[start](/guides/getting-started.md)"],
    ["[here](#use) and [there](https://example.org)", "[here](#use) and [there](https://example.org)"],
    ["[src/x.ts](src/x.ts)", "src/x.ts (`packages/pot/src/x.ts`)"],
    ["`[not](../a/link)`", "`[not](../a/link)`"],
  ])("turns %s into a link of the site", (text, expected) => expect(rewrite(text).text).toBe(expected));

  it.each([
    ["<name> is a preset's.", "&lt;name> is a preset's."],
    ["a\n<preset> b </preset>", "a\n&lt;preset> b &lt;/preset>"],
    ["`gan train\n  <out>`", "`gan train <out>`"],
    ["``a `\n<b>``", "``a ` <b>``"],
    ["`<name>` and <name>", "`<name>` and &lt;name>"],
    ["[<name>](../cup)", "[&lt;name>](/packages/cup/index.md)"],
    ["[`<name>`](../cup)", "[`<name>`](/packages/cup/index.md)"],
    ["```sh\n<name>\n```\n<name>", "```sh\n<name>\n```\n&lt;name>"],
    ["<!-- not run: <name>\n<other> -->", "<!-- not run: <name>\n<other> -->"],
    ['<a id="use"></a> a<br>b <https://example.org>', '<a id="use"></a> a<br>b <https://example.org>'],
    ["1 < 2, a<3", "1 < 2, a<3"],
  ])("leaves %s to no parser of HTML", (text, expected) => expect(rewrite(text).text).toBe(expected));

  it("copies what a page shows", () => {
    const { text, copies } = rewrite("![A pot](docs/a.png)");
    expect(text).toBe("![A pot](/packages/pot/docs/a.png)");
    expect(copies).toEqual(["packages/pot/docs/a.png"]);
  });

  it("refuses links to what is not there", () => {
    expect(() => rewrite("[gone](../bowl/README.md)")).toThrow(/links to \.\.\/bowl/);
  });
});
