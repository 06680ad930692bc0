// The example city on a port of its own, in a folder of its own, on either database.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

/** The program under test; nothing where it is not built. */
export const program = process.env.KAIRAN_TEST_PROGRAM;

const city = new URL("../../examples/minori", import.meta.url);

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

/** Asks until the answer is as wished, for two minutes at most. */
export async function until(what, ask) {
  for (let tries = 0; tries < 480; tries += 1) {
    const answer = await ask().catch(() => null);
    if (answer) return answer;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  throw new Error(`${what}: not within two minutes`);
}

/** A database of its own beside that of the address, with the way to drop it. */
async function database(address) {
  const url = new URL(address);
  const name = `kairan_browser_${process.pid}_${Date.now()}`;
  const ask = (statement) => promisify(execFile)("psql", ["--quiet", "--dbname", address, "--command", statement]);
  await ask(`CREATE DATABASE ${name}`);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => ask(`DROP DATABASE ${name} WITH (FORCE)`) };
}

/**
 * A running demo whose site is published. With `postgres` (an address) it keeps everything there, and asks for a second
 * person above `confirmAbove` people; else it is what `kairan demo` makes by itself, on SQLite.
 */
export async function startDemo({ postgres, confirmAbove } = {}) {
  const folder = await mkdtemp(join(tmpdir(), "kairan-browser-"));
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const own = postgres && (await database(postgres));
  if (own) {
    await cp(city, folder, { recursive: true });
    const settings = join(folder, "kairan.toml");
    const text = (await readFile(settings, "utf8")).replace("http://127.0.0.1:8080/", `${origin}/`);
    await writeFile(
      settings,
      `${text}
[database]
url = "${own.url}"
[storage]
url = "file:var/site"
[mail]
url = "file:outbox"
from = "みのり市 <oshirase@city.minori.example.jp>"
[line]
api_url = "file:outbox"
[notices]
confirm_above = ${confirmAbove}
`,
    );
    await promisify(execFile)(program, ["migrate", "--config", settings]);
  }
  const demo = spawn(program, ["demo", "--dir", folder, "--port", String(port)], { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  demo.stdout.setEncoding("utf8").on("data", (piece) => (said += piece));
  const stop = async () => {
    if (demo.exitCode === null) {
      demo.kill("SIGTERM");
      await once(demo, "exit");
    }
    await own?.drop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await until("the demo is filled", async () => demo.exitCode !== null || (said.includes("/admin/") && (await fetch(`${origin}/readyz`)).ok));
    if (demo.exitCode !== null) throw new Error(`the demo ended with ${demo.exitCode}`);
  } catch (error) {
    await stop();
    throw error;
  }
  return { origin, outbox: join(folder, "outbox"), stop };
}

/** The mails in the outbox: to whom, what about, and the text. */
export async function mails(outbox) {
  const names = (await readdir(outbox)).filter((name) => name.endsWith(".eml"));
  return Promise.all(names.map(async (name) => read(await readFile(join(outbox, name), "utf8"))));
}

function read(letter) {
  const split = letter.search(/\r?\n\r?\n/);
  const head = letter.slice(0, split).replace(/\r?\n[ \t]+/g, " ");
  const header = (name) => head.match(new RegExp(`^${name}: (.*)$`, "im"))?.[1] ?? "";
  const words = (text) =>
    text.replace(/\?=\s+=\?/g, "?==?").replace(/=\?utf-8\?b\?([^?]*)\?=/gi, (_, code) => Buffer.from(code, "base64").toString());
  return { to: header("To"), subject: words(header("Subject")), text: plain(letter) };
}

/** The plain part, as it was written. */
function plain(letter) {
  const at = letter.search(/^content-type: text\/plain/im);
  const part = letter.slice(Math.max(at, 0));
  const [, body = ""] = part.split(/\r?\n\r?\n(.*)/s);
  const end = body.search(/\r?\n--/);
  const text = end < 0 ? body : body.slice(0, end);
  const coding = (part.match(/^content-transfer-encoding: (.*)$/im) ?? letter.match(/^content-transfer-encoding: (.*)$/im))?.[1] ?? "";
  if (/base64/i.test(coding)) return Buffer.from(text, "base64").toString();
  if (!/quoted/i.test(coding)) return text;
  const bytes = text.replace(/=\r?\n/g, "").replace(/=([0-9A-F]{2})/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1").toString();
}
