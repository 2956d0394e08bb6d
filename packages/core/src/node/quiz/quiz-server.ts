import { randomBytes } from "node:crypto";
import { appendFile, readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { z } from "zod";
import { DataError } from "../../errors/index.js";
import { type Quiz, type QuizAnswer, quizChoices, reportQuiz } from "./quiz.js";
import { renderQuizPage } from "./quiz-page.js";

/** Options of {@link serveQuiz}. */
export interface ServeQuizOptions {
  /** Answers are added to this file, a line of JSON each; those in it go on counting. */
  answersFile: string;
  /** Seconds for an answer; 0 for no limit. Default 0. */
  seconds?: number | undefined;
  /** Default: one that is free. */
  port?: number | undefined;
}

/** A quiz that runs. */
export interface QuizServer {
  /** Where the quiz is. */
  url: string;
  /** So far, those of earlier runs of the same file included. */
  answers: readonly QuizAnswer[];
  /** Ends the server. */
  close(): Promise<void>;
}

const answerSchema = z.strictObject({
  person: z.string().trim().min(1).max(60),
  trial: z.int().nonnegative(),
  answer: z.string().max(10),
  millis: z.number().nonnegative().max(1e8),
});
const lineSchema = answerSchema.extend({ truth: z.string() });
/** Bytes of a request. */
const mostBytes = 4096;

/**
 * Serves a quiz as one page, to this machine only: it listens on the loopback address and answers no
 * request that was made under another name.
 *
 * @throws DataError when the file of answers is damaged or the port is taken.
 */
export async function serveQuiz(quiz: Quiz, options: ServeQuizOptions): Promise<QuizServer> {
  const { answersFile, seconds = 0, port = 0 } = options;
  const answers = await readAnswers(answersFile);
  // Addresses of pictures say nothing of which is which.
  const keys = quiz.pictures.map(() => randomBytes(9).toString("base64url"));
  const trials = quiz.trials.map((trial) => trial.pictures.map((index) => `/picture/${keys[index]}`));
  const page = renderQuizPage({ mode: quiz.mode, trials, seconds, choices: quizChoices[quiz.mode] });
  let hosts: readonly string[] = [];

  async function answer(request: IncomingMessage): Promise<object> {
    const given = answerSchema.parse(JSON.parse(await readBody(request)));
    const trial = quiz.trials[given.trial];
    const known = [...quizChoices[quiz.mode], "none"];
    if (trial === undefined || !known.includes(given.answer)) throw new Error("no such trial or answer");
    const line: QuizAnswer = { ...given, truth: trial.truth };
    await appendFile(answersFile, `${JSON.stringify(line)}\n`);
    answers.push(line);
    const own = reportQuiz(answers.filter(({ person }) => person === line.person));
    return { truth: trial.truth, own: own?.pooled, pooled: reportQuiz(answers)?.pooled };
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { url = "", method } = request;
    if (!hosts.includes(request.headers.host ?? ""))
      return send(response, 403, "text/plain", "only on this machine");
    const key = keys.indexOf(url.replace("/picture/", ""));
    if (method === "GET" && url === "/") return send(response, 200, "text/html; charset=utf-8", page);
    if (method === "GET" && key >= 0)
      return send(response, 200, "image/png", quiz.pictures[key] as Uint8Array);
    if (method === "POST" && url === "/answer" && request.headers["content-type"] === "application/json") {
      return send(response, 200, "application/json", JSON.stringify(await answer(request)));
    }
    return send(response, 404, "text/plain", "nothing here");
  }

  const server = createServer((request, response) => {
    handle(request, response).catch((error: Error) => send(response, 400, "text/plain", error.message));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause) => {
      reject(
        new DataError("core", `cannot serve on port ${port}: ${cause.message}. Choose another.`, { cause }),
      );
    });
    server.listen(port, "127.0.0.1", resolve);
  });
  const { port: chosen } = server.address() as AddressInfo;
  hosts = [`127.0.0.1:${chosen}`, `localhost:${chosen}`];
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${chosen}/`, answers, close };
}

function send(response: ServerResponse, status: number, type: string, body: string | Uint8Array): void {
  response.writeHead(status, {
    "content-type": type,
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "content-security-policy":
      "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'",
  });
  response.end(body);
}

async function readBody(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) {
    text += chunk;
    if (text.length > mostBytes) throw new Error("too long");
  }
  return text;
}

/** The answers of a file, none where there is no such. */
export async function readAnswers(path: string): Promise<QuizAnswer[]> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw new DataError("core", `cannot read ${path}: ${error.message}.`, { cause: error });
  });
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line, index) => {
      try {
        return lineSchema.parse(JSON.parse(line));
      } catch (cause) {
        throw new DataError("core", `${path} is damaged in line ${index + 1}. Choose another --out.`, {
          cause,
        });
      }
    });
}
