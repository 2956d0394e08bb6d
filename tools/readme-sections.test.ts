import { expect, it } from "vitest";
import { formatTable, renderSections } from "./readme-sections.js";

const text = "# A\n\n<!-- speed: from results -->\n\nold\n\n<!-- end of speed -->\n\nrest\n";

it("writes a section anew and leaves the rest", () => {
  const table = formatTable(["step", "ms"], [["a", "1"]]);
  expect(renderSections(text, "results", { speed: table })).toBe(
    "# A\n\n<!-- speed: from results -->\n\n| step | ms |\n| --- | --- |\n| a | 1 |\n\n<!-- end of speed -->\n\nrest\n",
  );
});

it("writes what is written again the same", () => {
  const once = renderSections(text, "results", { speed: "new" });
  expect(renderSections(once, "results", { speed: "new" })).toBe(once);
});

it("needs a place", () => {
  expect(() => renderSections(text, "results", { size: "new" })).toThrow(
    /lacks "<!-- size: from results -->"/,
  );
});
