// What left the house: mails and LINE messages, as the demo writes them into its outbox.
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";

/** Reads each mail once, from when it was opened on; earlier ones are of no interest. */
export class Outbox {
  #folder;
  #known = new Set();
  #mails = [];
  #bubblesBefore = 0;

  static async open(folder) {
    const outbox = new Outbox();
    outbox.#folder = folder;
    outbox.#known = new Set(await outbox.#names());
    outbox.#bubblesBefore = (await outbox.#posts()).length;
    return outbox;
  }

  /** The folder is there from the first mail on. */
  async #files(ending) {
    const names = await readdir(this.#folder).catch(() => []);
    return names.filter((name) => name.endsWith(ending));
  }

  #names() {
    return this.#files(".eml");
  }

  async #posts() {
    const names = await this.#files(".jsonl");
    const texts = await Promise.all(names.map((name) => readFile(join(this.#folder, name), "utf8")));
    return texts.flatMap((text) => text.split("\n").filter(Boolean)).map((line) => JSON.parse(line));
  }

  /** The mails, oldest first: to whom, what about, and the text. */
  async mails() {
    const fresh = (await this.#names()).filter((name) => !this.#known.has(name)).sort();
    for (const name of fresh) {
      this.#mails.push(read(await readFile(join(this.#folder, name), "utf8")));
      this.#known.add(name);
    }
    return this.#mails;
  }

  /** The LINE messages, oldest first: to whom, and all their words. */
  async bubbles() {
    const posts = (await this.#posts()).slice(this.#bubblesBefore);
    return posts.map(({ body }) => ({ to: body.to, text: words(body.messages).join("\n") }));
  }
}

/** Every string in a message that people read. */
function words(value) {
  if (Array.isArray(value)) return value.flatMap(words);
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    typeof inner === "string" && ["text", "altText", "label"].includes(key) ? [inner] : words(inner));
}

function read(letter) {
  const split = letter.search(/\r?\n\r?\n/);
  const head = letter.slice(0, split).replace(/\r?\n[ \t]+/g, " ");
  const header = (name) => head.match(new RegExp(`^${name}: (.*)$`, "im"))?.[1] ?? "";
  const decoded = (text) =>
    text.replace(/\?=\s+=\?/g, "?==?").replace(/=\?utf-8\?b\?([^?]*)\?=/gi, (_, code) => Buffer.from(code, "base64").toString());
  return { to: header("To"), subject: decoded(header("Subject")), text: plain(letter) };
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
