import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, describe } from "vitest";

/** Chromium: the one that `GAN_CHROMIUM` names, else Debian's or Google's where they are installed. */
const executablePath = [process.env["GAN_CHROMIUM"], "/usr/bin/chromium", "/usr/bin/google-chrome"].find(
  (path) => path !== undefined && existsSync(path),
);

/**
 * Registers tests that look at pages in Chromium, which is started before them and closed after them; they are skipped, and say so,
 * where none is installed.
 *
 * @param define Registers the tests; the browser is there from `beforeAll` on.
 */
export function describeInBrowser(title: string, define: (browser: () => Browser) => void): void {
  describe.skipIf(executablePath === undefined)(`${title} (skipped where no Chromium is installed)`, () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await chromium.launch({ executablePath: executablePath as string, args: ["--no-sandbox"] });
    }, 60_000);
    afterAll(() => browser?.close());
    define(() => browser);
  });
}
