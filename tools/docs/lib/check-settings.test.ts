import { describe, expect, it } from "vitest";
import { findSettingProblems } from "./check-settings.js";

const config = { properties: { model: { properties: { size: {}, glaze: { properties: { colour: {} } } } } } };
const check = (...words: string[]) => findSettingProblems(["gan-pot", "train", ...words], config);

describe("findSettingProblems", () => {
  it.each([
    [["--set", "model.size=3", "--out", "a.b"]],
    [["--set", "model.glaze.colour=red"]],
    [["--set", 'model.glaze={"colour":"red=ish"}']],
  ])("accepts %s", (words) => expect(check(...words)).toEqual([]));

  it.each([
    [["--set", "model.colour=3"], "no configuration has the key model.colour"],
    [["--set", "glaze=1"], "no configuration has the key glaze"],
    [["--set", 'model.glaze={"shade":1}'], "no configuration has the key model.glaze.shade"],
  ])("refuses %s", (words, problem) => expect(check(...words)).toEqual([problem]));
});
