import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { readJson, root } from "./lib/workspace.mjs";

interface Step {
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
  env?: Record<string, string>;
}
interface Job {
  "runs-on": string;
  "timeout-minutes"?: number;
  strategy?: { matrix: { os?: string[]; node?: number[] } };
  steps: Step[];
}
interface Workflow {
  on: Record<string, unknown>;
  permissions: Record<string, string>;
  jobs: Record<string, Job>;
}

const folder = join(root, ".github", "workflows");
const workflows = new Map(
  readdirSync(folder).map((file) => [file, parse(readFileSync(join(folder, file), "utf8")) as Workflow]),
);
const { scripts, packageManager } = readJson(join(root, "package.json"));

describe.each([...workflows])("%s", (_file, { permissions, jobs }) => {
  const steps = Object.values(jobs).flatMap((job) => job.steps);

  it("may do no more than it says, and ends in time", () => {
    expect(permissions).toBeDefined();
    for (const job of Object.values(jobs)) expect(job["timeout-minutes"]).toBeGreaterThan(0);
  });

  it("runs scripts that exist, with the pinned pnpm", () => {
    const commands = steps.flatMap(({ run, with: given = {} }) =>
      [run, given.version, given.publish].filter((one) => typeof one === "string"),
    );
    expect(commands.length).toBeGreaterThan(0);
    for (const command of commands) {
      const script =
        /^(?:npm run|npx pnpm) ([\w:-]+)/.exec(command)?.[1] ?? (command === "npm test" ? "test" : undefined);
      if (script !== undefined) expect(scripts).toHaveProperty(script);
      const pnpm = /\bpnpm@[\d.]+/.exec(command)?.[0];
      if (pnpm !== undefined) expect(pnpm).toBe(packageManager);
    }
  });

  it("uses actions of a fixed major version", () => {
    for (const { uses } of steps) if (uses !== undefined) expect(uses).toMatch(/^[\w-]+\/[\w-]+@v\d+$/);
  });
});

it("tests on three versions of Node.js and three systems", () => {
  const matrix = workflows.get("check.yml")?.jobs.tests?.strategy?.matrix;
  expect(matrix?.node).toEqual([20, 22, 24]);
  expect(matrix?.os?.map((os) => os.split("-")[0])).toEqual(["ubuntu", "macos", "windows"]);
});

it("releases with provenance, which needs an identity token", () => {
  const release = workflows.get("release.yml");
  expect(release?.permissions["id-token"]).toBe("write");
  const environments = Object.values(release?.jobs ?? {}).flatMap((job) =>
    job.steps.map(({ env = {} }) => env),
  );
  expect(environments.some((env) => env.NPM_CONFIG_PROVENANCE === "true")).toBe(true);
});
