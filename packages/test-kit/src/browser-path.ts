import { existsSync } from "node:fs";

/**
 * Chromium, for tests that look at pages: the one that `GAN_CHROMIUM` names, else Debian's or Google's where they are installed.
 * Nothing when there is none; such tests are then skipped by `describe.skipIf(browserPath === undefined)`.
 */
export const browserPath: string | undefined = [
  process.env["GAN_CHROMIUM"],
  "/usr/bin/chromium",
  "/usr/bin/google-chrome",
].find((path) => path !== undefined && existsSync(path));
