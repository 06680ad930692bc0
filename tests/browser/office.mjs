// The office of the example city, for walks through it: who sits there, and what they do with every article.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { launch } from "./chromium.mjs";
import { program, startDemo, until } from "./demo.mjs";
import { Outbox } from "./outbox.mjs";
import { AUTHOR, PUBLISHER, REVIEWER, desk, look, open, phone, sit } from "./staff.mjs";

const postgres = process.env.KAIRAN_TEST_POSTGRES_URL;
const program_missing = !program && "KAIRAN_TEST_PROGRAM is not set";

/** Runs `walk` in an office on SQLite and in one on PostgreSQL, where `options.there` adds to the settings of `[notices]`. */
export function onBothDatabases(what, options, walk) {
  if (process.env.CI === "true") assert.ok(postgres, "KAIRAN_TEST_POSTGRES_URL is needed where CI=true");
  describe(`${what} on SQLite`, { skip: program_missing }, () => inOffice(options, walk));
  const there = { ...options, postgres, notices: { ...options.notices, ...options.there } };
  const skip = program_missing || (!postgres && "KAIRAN_TEST_POSTGRES_URL is not set");
  describe(`${what} on PostgreSQL`, { skip }, () => inOffice(there, walk));
}

/** `walk` says what the steps are: each begins where the one before it ended, so that after a failure the others are left out. */
function inOffice(options, walk) {
  const office = new Office();
  before(() => office.open(options));
  after(() => office.close());
  let failed = false;
  const step = (what, take) =>
    test(what, async (one) => {
      if (failed) return one.skip("a step before it failed");
      failed = true;
      try {
        await take();
      } catch (error) {
        await office.tell();
        throw error;
      }
      failed = false;
    });
  walk(office, step);
  step("no script failed, and nothing was kept from loading", () => {
    // Where something is to be refused, the browser notes the answer.
    const meant = (options.refusals ?? []).map((status) => `responded with a status of ${status}`);
    const errors = office.people.flatMap((person) => person.errors);
    assert.deepEqual(errors.filter((error) => meant.every((words) => !error.includes(words))), []);
  });
}

class Office {
  /** Everybody with a browser. */
  people = [];
  /** The id of the article that is worked on. */
  document = "";

  async open(options) {
    [this.browser, this.demo] = await Promise.all([launch(), startDemo(options)]);
    this.outbox = await Outbox.open(this.demo.outbox);
    this.author = await this.join(desk, AUTHOR);
    this.reviewer = await this.join(phone, REVIEWER);
    this.publisher = await this.join(desk, PUBLISHER);
  }

  /** One more browser, for somebody. */
  async join(viewport, who, options) {
    const person = await sit(this.browser, viewport, who, options);
    this.people.push(person);
    return person;
  }

  async close() {
    await this.browser?.close();
    await this.demo?.stop();
  }

  /** After a failure: where everybody is, and what they see. */
  async tell() {
    for (const { page, name } of this.people) {
      const texts = await page.locator(".said, main").allInnerTexts().catch(() => []);
      console.error(`${name}: ${page.url()}\n${texts.join("\n").slice(0, 1500)}`);
    }
  }

  /** The machine is switched off, and on again when it is this time (JST). Whoever looks at a screen has closed it. */
  async wake(time) {
    for (const { page } of this.people) await page.goto("about:blank");
    await this.demo.wake(time);
  }

  address(path) {
    return `${this.demo.origin}${path}`;
  }

  /** A screen of the article. */
  screen(end = "") {
    return this.address(`/admin/documents/${this.document}${end}`);
  }

  /** Somebody goes to a screen of the article. */
  async go(person, end = "") {
    await open(person, this.screen(end));
    return person.page;
  }

  /** What is published at an address. */
  async published(path) {
    const answer = await fetch(this.address(path), { redirect: "manual" });
    return { status: answer.status, place: answer.headers.get("location"), text: await answer.text() };
  }

  /** The newest mail to somebody about something; waits for it. */
  letter({ mail }, ...words) {
    return until(`a letter to ${mail} about ${words}`, async () =>
      (await this.outbox.mails()).findLast((one) => one.to.includes(mail) && words.every((word) => one.subject.includes(word))));
  }

  /** The mails to citizens about something. */
  async mailsAbout(...words) {
    const all = await this.outbox.mails();
    return all.filter((one) => !one.to.includes("lg.jp") && words.every((word) => one.subject.includes(word) || one.text.includes(word)));
  }

  /** Who got a mail or a LINE message about something, in order, each as often as told. */
  async toldAbout(...words) {
    const bubbles = (await this.outbox.bubbles()).filter((one) => words.every((word) => one.text.includes(word)));
    const mails = (await this.mailsAbout(...words)).map((one) => one.to);
    return [...mails, ...bubbles.flatMap((one) => one.to)].sort();
  }

  /** A copy of a published article becomes the one that is worked on. */
  async copy(slug, title) {
    const { page } = this.author;
    await open(this.author, this.address(`/admin/documents/new?q=${encodeURIComponent(title)}`));
    await page.locator("li", { hasText: title }).getByRole("button", { name: "写しを作る" }).first().click();
    await this.begun(page);
    await page.locator("#slug").fill(slug);
  }

  /** The form of a new article is open. */
  async begun(page) {
    await page.waitForURL(/\/admin\/documents\/[0-9A-Z]{26}\/edit/);
    this.document = page.url().match(/documents\/([0-9A-Z]{26})/)[1];
  }

  /** Writes into a field and waits until that is saved by itself. */
  async type(page, field, text) {
    const kept = page.waitForResponse((answer) =>
      answer.url().endsWith("/autosave") && answer.ok() && new URLSearchParams(answer.request().postData()).get(field) === text);
    await page.locator(`[id='${field}']`).fill(text);
    await kept;
  }

  /** The author asks the reviewer, from the form that is open. */
  async submit(note, picture) {
    const { page } = this.author;
    await page.getByRole("button", { name: "承認を依頼する" }).click();
    await page.waitForURL(this.screen("/submit"));
    await page.getByLabel(REVIEWER.name).check();
    await page.getByLabel("ひとこと（なくてもかまいません）").fill(note);
    if (picture) await look(page, picture);
    await page.getByRole("button", { name: "承認を依頼する" }).click();
    await page.waitForURL((url) => !url.pathname.endsWith("/submit"));
  }

  /** The reviewer says yes. */
  async approve(picture, at) {
    const page = await this.go(this.reviewer, "/review");
    if (picture) await look(page, picture, { at });
    await page.getByRole("button", { name: "承認する", exact: true }).click();
    await page.waitForURL(this.screen());
  }

  /** Where many are told, the number is typed: the second person. */
  async typeNumber(people) {
    const field = this.publisher.page.locator("#number");
    if (await field.count()) await field.fill(String(people));
  }

  /** From the plan that is open, at once; waits until it is there for everybody. */
  async publishNow() {
    const { page } = this.publisher;
    await page.getByRole("button", { name: "いま公開する" }).click();
    await page.waitForURL(this.screen("/progress"));
    await page.locator("ol.way li.done:nth-child(4)").waitFor();
  }
}
