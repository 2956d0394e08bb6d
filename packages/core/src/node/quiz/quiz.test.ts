import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeInBrowser } from "@gan/test-kit/browser";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { computeErrorRate } from "../../metrics/index.js";
import { Random } from "../../random/index.js";
import { encodePicture } from "../write-picture.js";
import { createQuiz, type QuizMode, reportQuiz } from "./quiz.js";
import { readAnswers, serveQuiz } from "./quiz-server.js";

let folder = "";
let [real, fake]: [Buffer[], Buffer[]] = [[], []];
const shots = process.env["GAN_SCREENSHOTS"];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gan-quiz-"));
  const draw = (seed: number) => {
    const pixels = Uint8Array.from({ length: 32 * 32 * 3 }, (_, index) => (index * seed) % 256);
    return encodePicture({ width: 32, height: 32, channels: 3, pixels }, "png");
  };
  [real, fake] = [await Promise.all([3, 5, 7].map(draw)), await Promise.all([11, 13, 17].map(draw))];
});
afterAll(() => rm(folder, { recursive: true }));

async function open(
  browser: Browser,
  mode: QuizMode,
  name: string,
  options: { seconds?: number; width?: number } = {},
) {
  const quiz = createQuiz(mode, real, fake, new Random(1));
  const answersFile = join(folder, `${name}.jsonl`);
  const server = await serveQuiz(quiz, { answersFile, seconds: options.seconds });
  const page = await browser.newPage({ viewport: { width: options.width ?? 900, height: 700 } });
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(error.message));
  await page.goto(server.url);
  const begin = async (person: string) => {
    await page.fill("#person", person);
    await page.keyboard.press("Enter");
    await page.waitForSelector("#pictures img");
  };
  const shoot = async (part: string) => {
    if (shots !== undefined) await page.screenshot({ path: join(shots, `${name}-${part}.png`) });
  };
  return { quiz, server, page, faults, begin, shoot, answersFile };
}

const waitForQuestion = async (page: Page, number: number) => {
  await page.waitForSelector(`#place:text-matches("^Question ${number} ")`);
  await page.waitForSelector("#quiz[data-open=true]");
};

interface Layout {
  page: number;
  pictures: [x: number, width: number][];
  button: number;
}

const measureLayout = `({
  page: document.documentElement.scrollWidth,
  pictures: [...document.images].map((image) => image.getBoundingClientRect()).map(({ x, width }) => [x, width]),
  button: document.querySelector("#answers button:last-child").getBoundingClientRect().bottom,
})`;

describeInBrowser("in a browser", (browser) => {
  it("takes answers by keyboard, stores them and tells the error rate", async () => {
    const { quiz, server, page, faults, begin, shoot, answersFile } = await open(
      browser(),
      "single",
      "single",
    );
    await shoot("start");
    await begin("Ada");
    await shoot("question");
    for (const [index, { truth }] of quiz.trials.entries()) {
      await waitForQuestion(page, index + 1);
      // Right in all but the first.
      const isLeft = (truth === "real") !== (index === 0);
      const saved = page.waitForResponse((response) => response.url().endsWith("/answer"));
      await page.keyboard.press(isLeft ? "ArrowLeft" : "2");
      await saved;
    }
    await page.waitForSelector("#end:not([hidden])");
    expect(await page.textContent("#own")).toMatch(
      /^You: 17 % wrong \(95 % interval 3 % to 56 %, 6 answers\)/,
    );
    await shoot("end");
    const answers = await readAnswers(answersFile);
    expect(answers).toHaveLength(6);
    expect(answers.every(({ person, millis }) => person === "Ada" && millis > 0)).toBe(true);
    expect(reportQuiz(server.answers)?.people.Ada?.errors).toBe(1);
    expect(faults).toEqual([]);
    await server.close();
  });

  it("fits a phone: two pictures side by side, both buttons in sight, no scrolling sideways; time runs out", async () => {
    const { quiz, server, page, faults, begin, shoot } = await open(browser(), "pair", "pair", {
      seconds: 1,
      width: 360,
    });
    await begin("Bo");
    await waitForQuestion(page, 1);
    await shoot("phone");
    const size = (await page.evaluate(measureLayout)) as Layout;
    expect(size.page).toBeLessThanOrEqual(360);
    expect(size.pictures).toHaveLength(2);
    for (const [, width] of size.pictures) expect(width).toBeGreaterThan(140);
    expect(size.button).toBeLessThan(700);
    await page.click("#answers button:first-child");
    await waitForQuestion(page, 2);
    await waitForQuestion(page, 3); // nobody answered
    expect(server.answers.map(({ answer }) => answer)).toEqual(["left", "none"]);
    expect(server.answers[0]?.truth).toBe(quiz.trials[0]?.truth);
    expect(faults).toEqual([]);
    await server.close();
  });
});

describe("a quiz's server", () => {
  it("says nothing of the truth, and serves this machine only", async () => {
    const quiz = createQuiz("single", real, fake, new Random(1));
    const server = await serveQuiz(quiz, { answersFile: join(folder, "closed.jsonl") });
    const html = await (await fetch(server.url)).text();
    expect(html).not.toMatch(/"truth"/);
    const addresses = quiz.trials.map((_, index) => index);
    expect(new Set(html.match(/\/picture\/[\w-]{12}/g)).size).toBe(addresses.length);
    const { port } = new URL(server.url);
    const ask = (path: string, headers: Record<string, string>, body?: string) =>
      new Promise<number>((resolve) => {
        const method = body === undefined ? "GET" : "POST";
        request({ host: "127.0.0.1", port, path, headers, method }, (response) => {
          response.resume();
          resolve(response.statusCode ?? 0);
        }).end(body);
      });
    const host = `127.0.0.1:${port}`;
    const json = { host, "content-type": "application/json" };
    expect(await ask("/", { host: "evil.example" })).toBe(403);
    expect(await ask("/picture/unknown", { host })).toBe(404);
    expect(await ask("/answer", { host, "content-type": "text/plain" }, "{}")).toBe(404);
    expect(await ask("/answer", json, '{"person":"x","trial":99,"answer":"real","millis":1}')).toBe(400);
    expect(await ask("/answer", json, '{"person":"x","trial":0,"answer":"left","millis":1}')).toBe(400);
    expect(await ask("/answer", json, `{"person":"${"x".repeat(9000)}"}`)).toBe(400);
    expect(server.answers).toEqual([]);
    await server.close();
  });

  it("goes on with the answers of a file, and refuses a damaged one", async () => {
    const answersFile = join(folder, "old.jsonl");
    const line = { person: "Cy", trial: 0, truth: "real", answer: "fake", millis: 5 };
    await writeFile(answersFile, `${JSON.stringify(line)}\n`);
    const quiz = createQuiz("single", real, fake, new Random(1));
    const server = await serveQuiz(quiz, { answersFile });
    expect(server.answers).toEqual([line]);
    await server.close();
    await writeFile(answersFile, `${await readFile(answersFile, "utf8")}{"person"\n`);
    await expect(serveQuiz(quiz, { answersFile })).rejects.toThrow(/damaged in line 2/);
  });
});

it("half of single pictures are real, of pairs each is left about as often", () => {
  const many = Array.from({ length: 40 }, () => Buffer.of(0));
  const single = createQuiz("single", many, many, new Random(2)).trials;
  expect(single.filter(({ truth }) => truth === "real")).toHaveLength(40);
  expect(single.every(({ pictures: [index = 0], truth }) => index < 40 === (truth === "real"))).toBe(true);
  const pairs = createQuiz("pair", many, many, new Random(2)).trials;
  const left = pairs.filter(({ truth }) => truth === "left").length;
  expect(left).toBeGreaterThan(10);
  expect(left).toBeLessThan(30);
  expect(pairs.every(({ pictures: [first = 0], truth }) => first < 40 === (truth === "left"))).toBe(true);
  expect(() => createQuiz("pair", [], many, new Random(2))).toThrow(/both kinds/);
});

it("Wilson's interval is that of tables", () => {
  // Newcombe 1998: 81 of 263 gives .2553 to .3662, 0 of 20 gives 0 to .1611.
  expect(computeErrorRate(81, 263).low).toBeCloseTo(0.2553, 4);
  expect(computeErrorRate(81, 263).high).toBeCloseTo(0.3662, 4);
  expect(computeErrorRate(0, 20)).toMatchObject({ rate: 0, low: 0, high: expect.closeTo(0.1611, 4) });
  expect(() => computeErrorRate(1, 0)).toThrow(/needs answers/);
});
