import { fileURLToPath } from "node:url";

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The repository's root folder. */
export const repository = at("../../..");
/** Guides as they are written. */
export const guidesFolder = at("../guides");
/** What VitePress is given: made anew by every build, never edited. */
export const pagesFolder = at("../generated");
/** The site. */
export const siteFolder = at("../dist");
