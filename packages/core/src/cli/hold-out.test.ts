import { expect, it } from "vitest";
import { ConfigError } from "../errors/index.js";
import { holdOut } from "./hold-out.js";
import type { RunConfig } from "./run-config.js";

const config = (data: object) => ({ model: {}, data, training: {} }) as RunConfig<object>;
const dataOf = (data: object, count: number) => holdOut("toy", config(data), count).data;

it("takes the test part of a named set, with its other settings", () => {
  const data = { name: "avatars", background: "white", options: { label: "glasses" } };
  expect(dataOf(data, 5)).toEqual({ ...data, name: "avatars-test" });
});

it("has no more pictures drawn to order than are measured, nor more than were asked for", () => {
  const data = { name: "avatars", options: { count: 20_000, label: "glasses" } };
  expect(dataOf(data, 2000).options).toEqual({ count: 2000, label: "glasses" });
  expect(dataOf(data, 50_000).options).toEqual({ count: 20_000, label: "glasses" });
});

it("refuses a folder", () => {
  expect(() => dataOf({ path: "pictures" }, 5)).toThrow(ConfigError);
  expect(() => dataOf({ path: "pictures" }, 5)).toThrow(/--held-out.*Give --real and a folder/);
});
