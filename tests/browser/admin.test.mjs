// The way of an article through the office: written at a desk, sent back and approved on a phone, published and told.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { launch } from "./chromium.mjs";
import { mails, program, startDemo, until } from "./demo.mjs";
import { compose, desk, logIn, look, phone, sit } from "./staff.mjs";

const AUTHOR = "kodomo@minori.example.lg.jp";
const REVIEWER = "kacho@minori.example.lg.jp";
const PUBLISHER = "koho@minori.example.lg.jp";
const TITLE = "こども応援手当の申し込みについて";
const SLUG = "kodomo-ouen-teate";

const postgres = process.env.KAIRAN_TEST_POSTGRES_URL;
if (process.env.CI === "true") assert.ok(postgres, "KAIRAN_TEST_POSTGRES_URL is needed where CI=true");

let browser;
before(async () => {
  if (program) browser = await launch();
});
after(() => browser?.close());

walk("SQLite", {}, !program && "KAIRAN_TEST_PROGRAM is not set");
// There, more people than two are told only when somebody types how many.
walk("PostgreSQL", { postgres, confirmAbove: 2 }, (!program && "KAIRAN_TEST_PROGRAM is not set") || (!postgres && "KAIRAN_TEST_POSTGRES_URL is not set"));

function walk(name, options, skip) {
  describe(`an article's way on ${name}`, { skip }, () => {
    let demo, author, reviewer, publisher, document;
    const number = async (page, selector) => Number((await page.locator(selector).textContent()).replaceAll(/\D/g, ""));
    const screen = (end = "") => `${demo.origin}/admin/documents/${document}${end}`;
    const citizens = async () => (await mails(demo.outbox)).filter((mail) => mail.to.includes("shimin") && mail.subject.includes(TITLE));
    const letter = (to, what) =>
      until(`a letter to ${to} about ${what}`, async () =>
        (await mails(demo.outbox)).findLast((mail) => mail.to.includes(to) && mail.subject.includes(what) && mail.subject.includes(TITLE)));
    /** Writes into a field and waits until that is saved by itself. */
    const saved = async (page, field, text) => {
      const kept = page.waitForResponse((answer) =>
        answer.url().endsWith("/autosave") && answer.ok() && new URLSearchParams(answer.request().postData()).get(field) === text);
      await page.locator(`[id='${field}']`).fill(text);
      await kept;
    };
    // Every step begins where the one before it ended: after a failure the others would only wait.
    let failed = false;
    const step = (what, walk) =>
      test(what, async (one) => {
        if (failed) return one.skip("a step before it failed");
        failed = true;
        await walk();
        failed = false;
      });

    before(async () => {
      demo = await startDemo(options);
      [author, reviewer, publisher] = await Promise.all([sit(browser, desk), sit(browser, phone), sit(browser, desk)]);
    });
    after(async () => {
      for (const person of [author, reviewer, publisher]) await person?.context.close();
      await demo?.stop();
    });

    step("the author logs in and begins with a template", async () => {
      const { page } = author;
      await page.goto(`${demo.origin}/admin/`);
      await logIn(page, AUTHOR, (step) => look(page, step));
      await page.getByRole("heading", { level: 1 }).waitFor();
      await look(page, "home");
      await page.goto(`${demo.origin}/admin/documents/new`);
      await look(page, "new");
      await page.getByRole("button", { name: "手当・給付の手続き" }).click();
      await page.waitForURL(/\/admin\/documents\/[0-9A-Z]{26}\/edit$/);
      document = page.url().match(/documents\/([0-9A-Z]{26})/)[1];
      await look(page, "begin");
      // What is missing is said, and a click leads to it.
      await page.locator("#checks li", { hasText: "分類（目的）" }).getByRole("link", { name: "直しに行く" }).click();
      assert.equal(await page.evaluate(() => globalThis.document.activeElement.id), "category");
    });

    step("the form says whom it reaches, until when and whom to ask", async () => {
      const { page } = author;
      await page.locator("#title").fill(TITLE);
      await page.locator("#summary").fill("小学校に入る前のお子さんを育てている方に支給します。12月25日（金曜日）までに申し込んでください。");
      await page.locator("#category").selectOption("money/child-allowance").catch(() => page.locator("#category").selectOption({ label: "児童手当" }));
      await page.locator("[id='target.text']").fill("小学校に入る前のお子さんを育てている方");

      const everybody = await number(page, "[data-reach=n]");
      const count = (tag) =>
        Promise.all([
          page.waitForResponse((answer) => answer.url().endsWith("/audience") && answer.ok()),
          page.locator(`label.chip:has(input[value='${tag}'])`).click(),
        ]);
      await count("age-1");
      await page.locator(".delta").waitFor();
      const one = await number(page, "[data-reach=n]");
      assert.notEqual(one, everybody, "a tag moves the number");
      await count("age-2");
      await page.waitForFunction((before) => Number(globalThis.document.querySelector("[data-reach=n]").textContent) > before, one);
      await page.waitForFunction(() => !globalThis.document.querySelector("[data-field='target.text'] .msg"));
      await look(page, "audience", { at: "#s-who" });

      await page.locator("[name=anytime][type=checkbox]").uncheck();
      await page.locator("button[value='add:deadline']").click();
      await page.locator("[id='deadline.0.closes.date']").fill("2026-12-25");
      await page.locator("[id='deadline.0.closes.time']").fill("17:00");
      assert.equal(await page.locator("output[for^='deadline.0.closes.date']").textContent(), "令和8年12月25日（金曜日）午後5時");
      await look(page, "deadline", { at: "[data-field=deadline]" });

      await page.locator("[id='apply.0.place']").fill("みのり庁舎1階 こども家庭課");
      await page.locator("button[value='add:apply']").click();
      await page.locator("[id='apply.1.via']").selectOption("online");
      await page.locator("[id='apply.1.url']").fill("https://shinsei.example.lg.jp/ouen");
      await page.locator("#legal_basis").fill("みのり市こども応援手当条例");
      await page.locator("#contact").selectOption("kodomo-katei");
      await page.locator("#slug").fill(SLUG);
      await look(page, "apply", { at: "[data-field=apply]" });

      await page.locator("[id='faqs.new']").fill("児童手当");
      await page.locator("button[value='find:faqs']").click();
      await page.locator("[data-field=faqs] .cand input").first().check();
    });

    step("the text is typed in Japanese, checked and seen as citizens see it", async () => {
      const { page } = author;
      const sent = [];
      page.on("request", (request) => request.url().endsWith("/autosave") && sent.push(new URLSearchParams(request.postData() ?? "").get("body")));
      await page.locator("#body").fill("\n物価の高いあいだ、小さなお子さんの暮らしを支えるための手当です。\n\n## 受け取れる金額\n\nお子さん1人につき、月5,000円です。\n\n");
      await page.locator("#body").press("ControlOrMeta+End");
      await compose(page, ["もう", "もうしこみ", "申し込み"], "申し込みの流れは、窓口でもご案内します。");
      assert.match(await page.locator("#body").inputValue(), /申し込みの流れは、窓口でもご案内します。$/);
      await page.locator("#body").press("Enter");
      await until("the text is saved", async () => sent.at(-1)?.includes("窓口でもご案内します。"));
      assert.ok(sent.every((body) => !body?.includes("もうし")), "a reading is never saved");

      await page.locator("#notice").check();
      const mail = page.locator("[name='notice.channels'][value=mail]");
      await mail.check();
      await page.locator("[name='notice.channels'][value=line]").check();
      await page.waitForFunction(() => !globalThis.document.querySelector("#checks .e"));
      await page.locator("#next", { hasText: "内容を確かめて、承認を依頼します。" }).waitFor();
      const shown = page.frameLocator("#pv");
      await shown.getByRole("heading", { name: TITLE }).first().waitFor();
      await shown.getByText("令和8年12月25日").first().waitFor();
      await look(page, "checked", { at: "#s-body" });
      await page.locator("label", { hasText: "パソコン" }).click();
      await shown.getByText("窓口でもご案内します。").waitFor();
      await look(page, "preview", { at: "#pvh" });
    });

    step("what was not saved is offered again", async () => {
      const { page } = author;
      await saved(page, "legal_basis", "みのり市こども応援手当条例第3条");
      await page.goto(screen("/edit"));
      await page.getByRole("heading", { name: "自動保存した内容があります" }).waitFor();
      await look(page, "unsaved");
      await page.getByRole("link", { name: "続きから書く" }).click();
      assert.equal(await page.locator("#title").inputValue(), TITLE);
      assert.equal(await page.locator("#legal_basis").inputValue(), "みのり市こども応援手当条例第3条");
      assert.match(await page.locator("#body").inputValue(), /窓口でもご案内します。/);
      assert.equal(await page.locator("[id='apply.1.url']").inputValue(), "https://shinsei.example.lg.jp/ouen");
      assert.equal(await page.locator("[data-field=faqs] .picked li").count(), 1);
    });

    step("a named reviewer is asked", async () => {
      await submit("締切は昨年と同じ、12月の最後の金曜日です。", "submit");
      const { text } = await letter(REVIEWER, "承認のお願い");
      assert.match(text, /締切は昨年と同じ/);
      // Meanwhile it can be read, not written.
      await author.page.goto(screen("/edit"));
      await look(author.page, "waiting");
    });

    step("the reviewer opens the link on a phone, comments on a field and sends it back", async () => {
      const { page } = reviewer;
      const { text } = await letter(REVIEWER, "承認のお願い");
      await page.goto(text.match(/http\S+\/review/)[0]);
      await logIn(page, REVIEWER, (step) => look(page, `phone-${step}`));
      assert.equal(page.url(), screen("/review"));
      await look(page, "phone-review");
      const change = page.locator("#change-summary");
      await change.getByText("ここにコメントする").click();
      await change.getByRole("textbox").fill("金額も一言で書いてください。");
      await look(page, "phone-comment", { at: "#change-summary" });
      await change.getByRole("button", { name: "コメントを残す" }).click();
      await change.getByText("金額も一言で書いてください。").waitFor();
      await page.getByLabel("ひとこと", { exact: true }).fill("概要に金額がほしいです。");
      await page.getByRole("button", { name: "差し戻す", exact: true }).click();
      await page.waitForURL(screen());
      await look(page, "phone-returned");
      await letter(AUTHOR, "差し戻し");
    });

    step("the author mends it and asks again; it is approved", async () => {
      const { page } = author;
      await page.goto(screen("/edit"));
      await look(page, "returned");
      await page.locator("#summary").fill("小学校に入る前のお子さん1人につき月5,000円です。12月25日（金曜日）までに申し込んでください。");
      await submit("金額を入れました。");
      await approve("phone-approve");
    });

    step("the publisher sees what will happen, schedules, and publishes", async () => {
      const { page } = publisher;
      await page.goto(screen("/plan"));
      await logIn(page, PUBLISHER);
      assert.equal(page.url(), screen("/plan"));
      await look(page, "plan", { whole: true });
      const people = await number(page, "#people");
      assert.ok(people > 2, `${people} people`);
      assert.ok((await page.locator(".mailtext").textContent()).includes(TITLE));
      await page.locator("ul.pages li").first().waitFor();
      await type(people);
      await page.locator("#date").fill("2099-12-01");
      await page.locator("#time").fill("09:00");
      await page.getByRole("button", { name: "この日時に公開を予約する" }).click();
      const cancel = page.getByRole("button", { name: "予約を取り消す" });
      await cancel.waitFor();
      await look(page, "scheduled");
      await cancel.click();
      await page.getByRole("button", { name: "いま公開する" }).waitFor();
      await type(people);
      await page.getByRole("button", { name: "いま公開する" }).click();
      await page.waitForURL(screen("/progress"));
      await page.locator("ol.way li.done:nth-child(4)").waitFor();
      await look(page, "progress");
      await until("the mails are out", async () => (await citizens()).length > 0);
    });

    step("the page is there; a mended word tells nobody again", async () => {
      const address = `${demo.origin}/articles/${SLUG}/`;
      await until("the page", async () => (await (await fetch(address)).text()).includes(TITLE));
      const told = (await citizens()).length;
      const { page } = author;
      await page.goto(screen("/edit"));
      const body = await page.locator("#body").inputValue();
      await page.locator("#body").fill(body.replace("月5,000円です。", "毎月5,000円です。"));
      await submit("ことばを1つ直しました。");
      await approve("phone-compare", "#r1");
      const { page: office } = publisher;
      await office.goto(screen("/plan"));
      await look(office, "plan-again");
      await office.getByRole("button", { name: "いま公開する" }).click();
      await office.waitForURL(screen("/progress"));
      await office.getByText("この公開では、だれにも知らせていません。").waitFor();
      await until("the mended page", async () => (await (await fetch(address)).text()).includes("毎月5,000円です。"));
      assert.equal((await citizens()).length, told, "nobody is told twice");
      await page.goto(`${demo.origin}/admin/documents?q=${encodeURIComponent("応援手当")}`);
      await page.getByRole("link", { name: TITLE }).first().waitFor();
      await look(page, "list");
      await page.goto(screen("/history"));
      await look(page, "history");
      await page.goto(screen());
      await look(page, "overview");
    });

    step("no script failed, and nothing was kept from loading", () => {
      assert.deepEqual([author, reviewer, publisher].flatMap((person) => person.errors), []);
    });

    async function submit(note, step) {
      const { page } = author;
      await page.getByRole("button", { name: "承認を依頼する" }).click();
      await page.waitForURL(screen("/submit"));
      await page.getByLabel("こども家庭課 課長").check();
      await page.getByLabel("ひとこと（なくてもかまいません）").fill(note);
      if (step) await look(page, step);
      await page.getByRole("button", { name: "承認を依頼する" }).click();
      await page.waitForURL((url) => !url.pathname.endsWith("/submit"));
    }

    async function approve(step, at) {
      const { page } = reviewer;
      await page.goto(screen("/review"));
      await look(page, step, { at });
      await page.getByRole("button", { name: "承認する", exact: true }).click();
      await page.waitForURL(screen());
    }

    /** Where many are told, the number is typed: the second person. */
    async function type(people) {
      const { page } = publisher;
      if (await page.locator("#number").count()) await page.locator("#number").fill(String(people));
    }
  });
}
