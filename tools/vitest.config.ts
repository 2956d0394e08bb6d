import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { ResultsReporter } from "./results-reporter.js";

/** In `npm run test:tfjs-node` the tests that choose no backend by name compute on the real tfjs-node. */
const onTfjsNode = process.env["GAN_TEST_BACKEND"] === "tensorflow";

/** The test configuration that every package shares, by `export { default } from` in its vitest.config.ts. */
export default defineConfig({
  test: {
    include: ["**/*.test.ts"],
    exclude: [
      "**/node_modules/**",
      "**/dist/**",
      "**/template/**",
      "browser-example/**",
      ...(onTfjsNode ? [] : ["**/*.tfjs-node.test.ts"]),
    ],
    setupFiles: onTfjsNode ? [fileURLToPath(new URL("use-tfjs-node.ts", import.meta.url))] : [],
    reporters: ["default", new ResultsReporter()],
    // Compiling graphs takes longer than vitest's five seconds on a busy machine.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // `npm test` runs two packages at a time: each takes half of the cores, one thread for each test file.
    maxWorkers: "50%",
    env: { GAN_ORT_THREADS: process.env["GAN_ORT_THREADS"] ?? "1" },
    allowOnly: false,
    restoreMocks: true,
    // tfjs-core advises every program to install another backend; each test file would show it.
    // A second copy of tfjs, which tfjs-node brings, tells of every kernel that it is there already.
    onConsoleLog: (log) => !/looks like you are running TensorFlow.js in Node|already registered/.test(log),
  },
});
