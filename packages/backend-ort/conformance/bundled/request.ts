import { readFileSync } from "node:fs";
import type { SuiteRequest } from "../events.js";

const path = process.argv[2];
if (path === undefined) {
  throw new Error("the path of a request file is missing; start this through `pnpm conformance`");
}

/** What this process was started to do. */
export const request = JSON.parse(readFileSync(path, "utf8")) as SuiteRequest;
