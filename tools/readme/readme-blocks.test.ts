import { describe, expect, it } from "vitest";
import { checkWords, type Described } from "./check-command.js";
import { extractBlocks, listCommands, splitWords } from "./extract-blocks.js";
import { planProgram } from "./plan-program.js";
import { planRun } from "./plan-run.js";

describe("extractBlocks", () => {
  it("finds fenced blocks, their languages, lines and reasons", () => {
    const markdown = "# A\n\n```ts\nlet a;\n```\n\n<!-- not run: it needs a card -->\n\n```\nnpx b\n```\n";
    expect(extractBlocks(markdown)).toEqual([
      { language: "ts", text: "let a;", line: 4 },
      { language: "", text: "npx b", line: 10, notRun: "it needs a card" },
    ]);
    expect(() => extractBlocks("```\nopen")).toThrow(/line 1 has no end/);
  });

  it("finds those of a list", () => {
    expect(extractBlocks("1. one:\n\n   ```sh\n   npx b \\\n     --c\n   ```\n")).toEqual([
      { language: "sh", text: "npx b \\\n  --c", line: 4 },
    ]);
  });
});

describe("listCommands", () => {
  it("joins lines, leaves out comments and the environment, and hands back what is no program", () => {
    const text = "# first\nnpx gan-a train --out a   # trains\nA=1 node x.js \\\n  --b\n--set a=1\n";
    expect(listCommands({ text, line: 10 })).toEqual({
      commands: [
        { words: ["npx", "gan-a", "train", "--out", "a"], line: 11 },
        { words: ["node", "x.js", "--b"], line: 12 },
      ],
      others: [{ words: ["--set", "a=1"], line: 14 }],
    });
  });

  it("splits words as a shell does", () => {
    expect(splitWords(`--set a='{"b":1, "c":2}' "two words" x#y # z`)).toEqual([
      "--set",
      'a={"b":1, "c":2}',
      "two words",
      "x#y",
    ]);
  });
});

describe("checkWords", () => {
  const leaf = { arguments: [], options: [], commands: [] };
  const program: Described = {
    ...leaf,
    name: "gan-a",
    commands: [
      {
        ...leaf,
        name: "gan-a train",
        options: [
          { flags: "--out <folder>", required: true },
          { flags: "-b, --backend <name>", choices: ["ort", "cpu"], required: false },
          { flags: "--strict", required: false },
        ],
      },
      { ...leaf, name: "gan-a judge", arguments: [{ name: "pictures", required: true, variadic: true }] },
      { ...leaf, name: "gan-a data", commands: [{ ...leaf, name: "gan-a data list" }] },
    ],
  };
  it.each([
    "train --out a",
    "train --out=a --strict -b cpu",
    "judge a.png b.png",
    "judge -",
    "data list",
    "train --help",
  ])("lets %s pass", (line) => expect(checkWords(program, line.split(" "))).toEqual([]));
  it.each([
    ["traim --out a", "gan-a has no command traim"],
    ["train", "gan-a train needs --out <folder>"],
    ["train --out a --fast", "gan-a train has no option --fast"],
    ["train --out", "--out needs a value"],
    ["train --out a --backend gpu", "--backend takes ort, cpu, not gpu"],
    ["train --out a more", "gan-a train does not know what to do with more"],
    ["judge", "gan-a judge needs pictures"],
    ["data drop", "gan-a data has no command drop"],
  ])("refuses %s", (line, fault) => expect(checkWords(program, line.split(" "))).toEqual([fault]));
});

describe("planRun", () => {
  const plan = (line: string) => planRun({ words: line.split(" ") }, "runs/tiny");

  it("plans trainings, reads a tiny run for any, and makes numbers small", () => {
    expect(plan("train --config a --data ./h2z --out runs/h2z")).toEqual({
      words: ["train", "--config", "a", "--data", "./h2z", "--out", "runs/h2z", "--dry-run", "--no-measure"],
      needs: [{ path: "./h2z", kind: "data" }],
    });
    expect(plan("generate --from runs/digits --count 64 --out digits.png")).toEqual({
      words: ["generate", "--from", "runs/tiny", "--count", "8", "--out", "digits.png"],
      needs: [{ path: "runs/tiny", kind: "run" }],
    });
    expect(plan("train-encoder --from runs/a")).toMatchObject({
      words: ["train-encoder", "--from", "runs/tiny", "--images", "64"],
    });
    expect(plan("metrics fid real/ fake/")).toMatchObject({
      needs: [
        { path: "real/", kind: "pictures" },
        { path: "fake/", kind: "pictures" },
      ],
    });
    expect(
      plan("generate --from runs/a --grid --count 80 --best --class cat --interpolate 3:8"),
    ).toMatchObject({
      words: [
        "generate",
        "--from",
        "runs/tiny",
        "--grid",
        "--count",
        "80",
        "--class",
        "1",
        "--interpolate",
        "3:8",
      ],
    });
    expect(plan("generate --interpolate 3:8 --count 40")).toMatchObject({
      words: ["generate", "--interpolate", "3:8", "--count", "40"],
    });
    expect(plan("train --data ./a --set data.labels=b.csv")).toMatchObject({
      needs: [
        { path: "./a", kind: "data" },
        { path: "b.csv", kind: "labels" },
      ],
    });
    expect(plan("discriminate photo.png --data mnist")).toMatchObject({
      needs: [{ path: "photo.png", kind: "picture" }],
    });
  });

  it("says why what waits or downloads does not run", () => {
    expect(plan("metrics quiz real/ fake/")).toBe("it waits for people");
    expect(plan("metrics fid a/ b/ --extractor inception --json")).toBe("its network is fetched");
    expect(plan("train … --metrics fid")).toBe("it stands for others");
    expect(plan("doctor --backend tfjs-node")).toBe("tfjs-node is built by hand");
  });
});

describe("planProgram", () => {
  it("ends trainings after a step, and makes what is read", () => {
    const text = [
      "const open = async (folder: string) => prepare(await imageFolder(folder));",
      'const sets = [await open("horses"), await imageFolder("zebras", { labels: "folders" })];',
      'const variant = await loadDcgan("runs/a"), picture = await openPicture("photo.png");',
      'train({ data: imageBatches(sets, { batchSize: 16 }), totalImages: 100_000, ...saveRun("runs/b") });',
      "project(picture, { steps: 200, count: 3 });",
    ].join("\n");
    const planned = planProgram(text, "runs/tiny");
    expect(planned.needs).toEqual([
      { path: "horses", kind: "data" },
      { path: "zebras", kind: "data" },
      { path: "photo.png", kind: "picture" },
      { path: "runs/tiny", kind: "run" },
    ]);
    expect(planned.text).toContain('loadDcgan("runs/tiny")');
    expect(planned.text).toContain('batchSize: 8 }), totalImages: 8, ...saveRun("runs/b")');
    expect(planned.text).toContain("steps: 2, count: 3");
  });

  it("takes a usual batch where the program names none", () => {
    expect(planProgram("train({ totalImages: 160_000 });", "").text).toMatch(/totalImages: 128 }/);
  });
});
