import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { writePicture } from "../node/index.js";
import { useFolder } from "../node/pictures.test-helper.js";
import { runGan } from "./gan.js";

const folder = useFolder();
const [out, err]: [string[], string[]] = [[], []];

beforeAll(async () => {
  for (const [name, side, value] of [
    ["real", 16, 200],
    ["fake", 24, 40],
  ] as const) {
    for (let index = 0; index < 4; index++) {
      const pixels = new Uint8Array(side * side * 3).fill(value + index);
      const picture = { width: side, height: side, channels: 3, pixels };
      await writePicture(join(folder(name), `${index}.png`), picture);
    }
  }
});
beforeEach(() => {
  out.length = err.length = 0;
  vi.spyOn(console, "log").mockImplementation((text) => void out.push(String(text)));
  vi.spyOn(console, "error").mockImplementation((text) => void err.push(String(text)));
});

/** Begins a quiz and waits for its address. */
async function begin(...args: string[]) {
  out.length = err.length = 0;
  const ended = runGan(["metrics", "quiz", folder("real"), folder("fake"), ...args]);
  const found = await vi.waitFor(
    () => {
      const address = /^Quiz of (\d+) questions at (\S+); answers go to/.exec(err.join("\n"));
      if (address === null) throw new Error(`no address yet: ${err.join("\n")}`);
      return address;
    },
    { timeout: 20_000 },
  );
  const [, questions, url] = found as unknown as [string, string, string];
  const answer = async (person: string, trial: number, choice: string) => {
    const response = await fetch(new URL("answer", url), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ person, trial, answer: choice, millis: 9 }),
    });
    return (await response.json()) as { truth: string };
  };
  /** As Ctrl-C does. */
  const interrupt = () => {
    process.emit("SIGINT");
    return ended;
  };
  return { questions: Number(questions), url, answer, interrupt };
}

describe("gan metrics quiz", () => {
  it("asks as many questions as told, stores answers, and ends with error rates per person and pooled", async () => {
    const file = folder("answers.jsonl");
    const quiz = await begin("--count", "6", "--out", file);
    expect(quiz.questions).toBe(6);
    const page = await (await fetch(quiz.url)).text();
    const addresses = page.match(/\/picture\/[\w-]+/g) ?? [];
    const sizes = new Set<string>();
    for (const address of addresses) {
      const png = Buffer.from(await (await fetch(new URL(address, quiz.url))).arrayBuffer());
      sizes.add(`${png.readUInt32BE(16)}×${png.readUInt32BE(20)}`);
    }
    expect([addresses.length, [...sizes]]).toEqual([6, ["16×16"]]); // none tells by its size
    let errors = 0;
    for (let trial = 0; trial < 6; trial++) {
      const { truth } = await quiz.answer("Ada", trial, "real");
      if (truth !== "real") errors++;
      await quiz.answer("Bo", trial, truth);
    }
    expect(errors).toBe(3); // half of the pictures are generated
    expect(await quiz.interrupt()).toBe(0);
    expect(out).toEqual([
      expect.stringMatching(/^Ada +50\.0 % wrong \(95 % interval 18\.8 % to 81\.2 %, 6 answers\)$/),
      expect.stringMatching(/^Bo +0\.0 % wrong/),
      expect.stringMatching(/^everybody +25\.0 % wrong .* 12 answers\)$/),
    ]);
    expect((await readFile(file, "utf8")).trim().split("\n")).toHaveLength(12);

    const again = await begin("--count", "6", "--out", file, "--json", "--mode", "pair");
    expect(again.questions).toBe(4); // as many pairs as there are
    expect(await again.interrupt()).toBe(0);
    expect(JSON.parse(out.join(""))).toMatchObject({ pooled: { count: 12, errors: 3 }, people: { Ada: {} } });
  });

  it("says so when nobody answered", async () => {
    const quiz = await begin("--out", folder("none.jsonl"));
    expect(await quiz.interrupt()).toBe(0);
    expect(out).toEqual(["No answers."]);
  });

  it("refuses flags that are no numbers", async () => {
    const code = await runGan(["metrics", "quiz", folder("real"), folder("fake"), "--seconds", "soon"]);
    expect([code, err.join()]).toEqual([2, expect.stringMatching(/--seconds must be a whole number/)]);
  });
});
