import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { parseProganConfig } from "./config.js";
import { computeSchedule, drawSchedule } from "./schedule.js";

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");

it("shows the schedule of avatars-64 as it is", () => {
  const { model, training } = JSON.parse(read("configs/avatars-64.json"));
  const picture = drawSchedule(computeSchedule(parseProganConfig(model)), training.totalImages);
  const lines = picture.split("\n").map((line) => line.trimEnd());
  expect(read("README.md")).toContain(lines.join("\n"));
});
