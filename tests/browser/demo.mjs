// The example city on a port of its own, in a folder of its own, on either database.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

/** The program under test; nothing where it is not built. */
export const program = process.env.KAIRAN_TEST_PROGRAM;

const city = new URL("../../examples/minori", import.meta.url);
const run = promisify(execFile);

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

/** Asks until the answer is as wished, for so many minutes at most. */
export async function until(what, ask, minutes = 2) {
  for (let tries = 0; tries < 240 * minutes; tries += 1) {
    const answer = await ask().catch(() => null);
    if (answer) return answer;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  throw new Error(`${what}: not within ${minutes} minutes`);
}

/** A database of its own beside that of the address, with the way to drop it. */
async function database(address) {
  const url = new URL(address);
  const name = `kairan_browser_${process.pid}_${Date.now()}`;
  const ask = (statement) => run("psql", ["--quiet", "--dbname", address, "--command", statement]);
  await ask(`CREATE DATABASE ${name}`);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => ask(`DROP DATABASE ${name} WITH (FORCE)`) };
}

/** The settings of a demo that is not altogether what `kairan demo` makes by itself. */
async function furnish(folder, origin, { database, notices, sso }) {
  await cp(city, folder, { recursive: true });
  const settings = join(folder, "kairan.toml");
  const text = (await readFile(settings, "utf8")).replace("http://127.0.0.1:8080/", `${origin}/`);
  const lines = (of) => Object.entries(of).map(([key, value]) => `${key} = ${JSON.stringify(value)}\n`).join("");
  await writeFile(
    settings,
    `dev = true
${text}
[database]
url = "${database}"
[storage]
url = "file:var/site"
[mail]
url = "file:outbox"
from = "みのり市 <oshirase@city.minori.example.jp>"
[line]
api_url = "file:outbox"
[notices]
${lines(notices)}${sso ? `[sso]\n${lines(sso(origin))}` : ""}`,
  );
}

/**
 * A running demo whose site is published: what `kairan demo` makes by itself, or, where something else is asked for, on
 * PostgreSQL (`postgres`: an address), with a clock that starts at `now` (JST), with other settings of `[notices]`, and with single sign-on
 * (`sso`: gives its settings for an origin).
 */
export async function startDemo({ postgres, now, notices = {}, sso } = {}) {
  const folder = await mkdtemp(join(tmpdir(), "kairan-browser-"));
  const settings = join(folder, "kairan.toml");
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const own = postgres && (await database(postgres));
  const environment = (time) => ({ ...process.env, ...(time && { KAIRAN_NOW: time }) });
  if (own || now || sso) await furnish(folder, origin, { database: own?.url ?? "sqlite://var/kairan.db", notices, sso });
  if (own) await run(program, ["migrate", "--config", settings]);

  let demo;
  const halt = async () => {
    if (demo?.exitCode === null) {
      demo.kill("SIGTERM");
      await once(demo, "exit");
    }
  };
  const start = async (time) => {
    const stdio = ["ignore", "pipe", "inherit"];
    demo = spawn(program, ["demo", "--dir", folder, "--port", String(port)], { stdio, env: environment(time) });
    let said = "";
    demo.stdout.setEncoding("utf8").on("data", (piece) => (said += piece));
    await until("the demo is filled", async () => demo.exitCode !== null || (said.includes("/admin/") && (await fetch(`${origin}/readyz`)).ok), 6);
    if (demo.exitCode !== null) throw new Error(`the demo ended with ${demo.exitCode}`);
  };
  const stop = async () => {
    await halt();
    await own?.drop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await start(now);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    origin,
    outbox: join(folder, "outbox"),
    stop,
    /** The machine is switched off, and on again when it is this time (JST). */
    async wake(time) {
      await halt();
      await start(time);
    },
    /** Registers people: an object each, as `kairan citizen import` reads them. */
    async register(people) {
      const file = join(folder, "people.jsonl");
      await writeFile(file, people.map((one) => `${JSON.stringify(one)}\n`).join(""));
      await run(program, ["citizen", "import", file, "--config", settings]).catch((error) => {
        throw new Error(error.stdout + error.stderr);
      });
    },
  };
}
