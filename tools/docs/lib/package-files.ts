import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { SitePackage } from "./find-packages.js";

/** The sources of packages, without their tests. */
export function listSources(packages: readonly SitePackage[]): string[] {
  return packages.flatMap(({ folder }) =>
    readdirSync(join(folder, "src"), { recursive: true, encoding: "utf8" })
      .filter(
        (file) => file.endsWith(".ts") && !/\.test\.|\.test-helper\.|(?:^|[\\/])testing[\\/]/.test(file),
      )
      .sort()
      .map((file) => join(folder, "src", file)),
  );
}
