import { expect, it } from "vitest";
import { getDependencyReleaseLine, getReleaseLine } from "./changelog.cjs";

const changeset = {
  id: "brave-cats",
  summary: "Faster by half.\n\nMeasured on 2 cores.",
  commit: "0123456789abcdef",
  releases: [{ name: "@gan/core", type: "minor" }],
};

it("writes a change as its sentence and its commit, further lines indented", async () => {
  expect(await getReleaseLine(changeset)).toBe("- Faster by half. (0123456)\n\n  Measured on 2 cores.");
});

it("links the packages that a change is told of, relative to the changelog", async () => {
  const releases = [
    ...changeset.releases,
    { name: "@gan/dcgan", type: "patch" },
    { name: "@gan/cgan", type: "none" },
  ];
  const { commit: _, ...uncommitted } = { ...changeset, summary: "Faster by half.", releases };
  expect(await getReleaseLine(uncommitted)).toBe(
    "- Faster by half. Of [@gan/core](../core/CHANGELOG.md) and [@gan/dcgan](../dcgan/CHANGELOG.md).",
  );
});

it("links the versions of dependencies at their headings", async () => {
  expect(await getDependencyReleaseLine([], [{ name: "@gan/core", newVersion: "0.2.0-next.1" }])).toBe(
    "- With [@gan/core 0.2.0-next.1](../core/CHANGELOG.md#020-next1)",
  );
  expect(await getDependencyReleaseLine([], [])).toBe("");
});
