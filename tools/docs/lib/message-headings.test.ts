import { expect, it } from "vitest";
import { isPrinted, readQuotedHeadings } from "./message-headings.js";

it("finds quoted messages in the sources' texts, parts in their order", () => {
  const texts = [
    "cannot write ‹path›: ‹reason›. Choose another file.",
    "process ‹owner› is training in ‹folder›.",
  ];
  expect(isPrinted("cannot write …. Choose another", texts)).toBe(true);
  expect(isPrinted("process … is training in …", texts)).toBe(true);
  expect(isPrinted("Choose another … cannot write", texts)).toBe(false);
  expect(isPrinted("…", texts)).toBe(false);
  expect(readQuotedHeadings("### `a … b`\n\n## Plain\n\n### `c` and more\n")).toEqual(["a … b"]);
});
