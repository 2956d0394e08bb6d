// How changesets writes our changelogs. Links are relative: they lead from one package's changelog to another's in the
// repository and in node_modules alike, without a network.
"use strict";

/** @typedef {{ id: string, summary: string, commit?: string, releases: { name: string, type: string }[] }} Changeset */
/** @typedef {{ name: string, newVersion: string }} Update */

/** A package's folder beside ours: its name without the scope. @param {string} name */
const folderOf = (name) => name.slice(name.indexOf("/") + 1);

/** The place of a version's heading, as Markdown renderers name it. @param {string} version */
const anchorOf = (version) => version.replace(/[^\w-]/g, "");

/**
 * A change: its sentence, the other packages that it is told of, and the commit, for `git show`.
 * @param {Changeset} changeset
 * @returns {Promise<string>}
 */
async function getReleaseLine({ summary, commit, releases }) {
  const [first = "", ...more] = summary.trim().split("\n");
  const names = releases.filter(({ type }) => type !== "none").map(({ name }) => name);
  const told = names.length > 1 ? ` Of ${joinWords(names.map(linkTo))}.` : "";
  const where = commit === undefined ? "" : ` (${commit.slice(0, 7)})`;
  return [`- ${first}${told}${where}`, ...more.map((line) => `  ${line}`.trimEnd())].join("\n");
}

/** @param {string} name */
const linkTo = (name) => `[${name}](../${folderOf(name)}/CHANGELOG.md)`;

/** @param {readonly string[]} words */
const joinWords = (words) => `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;

/**
 * Dependencies of ours that this release uses in a new version.
 * @param {readonly Changeset[]} _changesets
 * @param {readonly Update[]} updates
 * @returns {Promise<string>}
 */
async function getDependencyReleaseLine(_changesets, updates) {
  if (updates.length === 0) return "";
  const links = updates.map(
    ({ name, newVersion }) =>
      `[${name} ${newVersion}](../${folderOf(name)}/CHANGELOG.md#${anchorOf(newVersion)})`,
  );
  return `- With ${links.join(", ")}`;
}

module.exports = { getReleaseLine, getDependencyReleaseLine };
