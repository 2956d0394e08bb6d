import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";

/** A Node.js of 23 or later, which `npm run test:tfjs-node` fetches and says so where it cannot. */
const newerNode = process.env["GAN_TEST_NODE"];

it.skipIf(newerNode === undefined)(
  "starts and computes on a Node.js without util.isNullOrUndefined",
  async () => {
    const script = fileURLToPath(new URL("./start-backend.test-helper.ts", import.meta.url));
    const cases = JSON.stringify([{ request: "tfjs-node" }]);
    const args = ["--import", import.meta.resolve("tsx"), script, cases];
    const { stdout } = await promisify(execFile)(newerNode as string, args);
    const line = stdout.split("\n").find((text) => text.startsWith("{"));
    const { node, running, sum, gradient, current, warnings } = JSON.parse(line ?? "{}");
    expect(Number(node.split(".")[0])).toBeGreaterThanOrEqual(23);
    expect(running).toMatchObject({
      backend: "tfjs-node",
      device: "cpu",
      library: expect.stringMatching(/^TensorFlow 2\.\d+/),
    });
    expect([current, sum, gradient]).toEqual(["tensorflow", [2, 4], [2, 2]]);
    expect(warnings.join()).not.toMatch(/already registered/);
  },
);
