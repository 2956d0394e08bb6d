import { defineConfig } from "vitest/config";
import { ResultsReporter } from "./results-reporter.js";

/** The test configuration that every package shares, by `export { default } from` in its vitest.config.ts. */
export default defineConfig({
  test: {
    include: ["**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/dist/**"],
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
    onConsoleLog: (log) => !log.includes("looks like you are running TensorFlow.js in Node.js"),
  },
});
