/**
 * Makes the documentation site: guides, READMEs, and what is generated from the sources, into `dist/`, and follows all
 * of its links.
 *
 *     pnpm docs:build            # every package must be built: turbo sees to it
 *     pnpm docs:dev              # a server that shows guides as they are edited
 *     DOCS_BASE=/gan/ pnpm docs:build
 */
import { parseArgs } from "node:util";
import { build, createServer } from "vitepress";
import { assembleSite } from "./lib/assemble-site.js";
import { findDeadLinks } from "./lib/check-links.js";
import { siteFolder } from "./lib/places.js";

const { values } = parseArgs({ options: { dev: { type: "boolean" } } });
const root = import.meta.dirname;
const base = process.env["DOCS_BASE"] ?? "/";
const { pages, warnings } = await assembleSite();
console.log(`${pages} pages written.`);

if (values.dev) {
  const server = await createServer(root, { base });
  await server.listen();
  server.printUrls();
} else {
  await build(root, { base });
  const dead = findDeadLinks(siteFolder, base);
  for (const { page, link, reason } of dead) console.error(`${page} links to ${link}: ${reason}`);
  for (const warning of warnings) console.error(`doc comment: ${warning}`);
  if (dead.length > 0 || warnings.length > 0) process.exitCode = 1;
  else console.log("Every link leads to its place.");
}
