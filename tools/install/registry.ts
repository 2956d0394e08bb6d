import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";

/** A registry of its own on loopback: our packages are published to it, others come from the configured registry. */
export interface Registry {
  /** Ends in a slash. */
  url: string;
  /** May publish. */
  token: string;
  /** Holds `npmrc`, which names the registry and the token. */
  folder: string;
  stop(): Promise<void>;
}

const startMillis = 60_000;

/**
 * Starts verdaccio on a free port of 127.0.0.1, its storage in a temporary folder that {@link Registry.stop} deletes.
 *
 * @param upstream Where all packages but `@gan/*` come from; they are handed on and not kept.
 * @throws Error when it does not answer within a minute, with what it printed.
 */
export async function startRegistry(upstream: string): Promise<Registry> {
  const folder = await mkdtemp(join(tmpdir(), "registry-"));
  const port = await findFreePort();
  const url = `http://127.0.0.1:${port}/`;
  await writeFile(join(folder, "config.yaml"), stringify(configure(upstream)));
  const bin = createRequire(import.meta.url).resolve("verdaccio/bin/verdaccio");
  const args = [bin, "--config", join(folder, "config.yaml"), "--listen", `127.0.0.1:${port}`];
  const server = spawn(process.execPath, args, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  let printed = "";
  for (const stream of [server.stdout, server.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => {
      printed = (printed + text).slice(-4000);
    });
  }
  const ended = once(server, "close");
  const kill = () => server.kill();
  process.once("exit", kill);
  const stop = async () => {
    process.off("exit", kill);
    kill();
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await waitFor(`${url}-/ping`, () => server.exitCode === null);
    const token = await createUser(url);
    const npmrc = `registry=${url}\n//127.0.0.1:${port}/:_authToken=${token}\n`;
    await writeFile(join(folder, "npmrc"), npmrc);
    return { url, token, folder, stop };
  } catch (cause) {
    await stop();
    throw new Error(`the registry on loopback did not start. It printed:\n${printed}`, { cause });
  }
}

const configure = (upstream: string) => ({
  storage: "./storage",
  auth: { htpasswd: { file: "./htpasswd", max_users: 1 } },
  uplinks: { upstream: { url: upstream, cache: false, timeout: "120s", max_fails: 10, maxage: "1h" } },
  packages: {
    "@gan/*": { access: "$all", publish: "$authenticated" },
    "**": { access: "$all", proxy: "upstream" },
  },
  max_body_size: "200mb",
  web: { enable: false },
  log: { type: "stdout", format: "pretty", level: "warn" },
});

/** A port of 127.0.0.1 that nobody listens on. */
async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port of 127.0.0.1 is free");
  return address.port;
}

async function waitFor(url: string, isRunning: () => boolean): Promise<void> {
  for (const start = performance.now(); performance.now() - start < startMillis && isRunning(); ) {
    const isThere = await fetch(url).then(
      (answer) => answer.ok,
      () => false,
    );
    if (isThere) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(isRunning() ? `${url} did not answer within ${startMillis / 1000} s` : "it ended");
}

async function createUser(url: string): Promise<string> {
  const user = { name: "tester", password: "of-this-test-only", email: "tester@example.org" };
  const answer = await fetch(`${url}-/user/org.couchdb.user:${user.name}`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(user),
  });
  const { token } = (await answer.json()) as { token?: string };
  if (token === undefined) throw new Error(`the registry made no user: HTTP ${answer.status}`);
  return token;
}
