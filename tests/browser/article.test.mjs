// The way of an article through the office: written at a desk, sent back and approved on a phone, scheduled, told at
// nine, mended a week later, corrected to those who were told.
import assert from "node:assert/strict";

import { until } from "./demo.mjs";
import { meant, neighbours, newcomer, ofNeighbours } from "./neighbours.mjs";
import { onBothDatabases } from "./office.mjs";
import { AUTHOR, REVIEWER, compose, logIn, look, number, open } from "./staff.mjs";

const TITLE = "こども応援手当の申し込みについて";
const SLUG = "kodomo-ouen-teate";
const REASON = "に当てはまるため、お送りしています。";
const CORRECTION = "金額を月5,000円と書きましたが、正しくは月6,000円です。";

const MONDAY = "2026-11-30T16:00";
const TUESDAY = "2026-12-01T08:59:40";
const WEEK_AFTER = "2026-12-08T10:00";

// On PostgreSQL more people than two are told only when somebody types how many.
const options = { now: MONDAY, notices: { line_quota: 5000, line_price: 3 }, there: { confirm_above: 2 } };

onBothDatabases("an article's way", options, (office, step) => {
  /** How many the plan says, by mail and by LINE; who was told at nine. */
  let planned, told;
  const page_of_citizens = `/articles/${SLUG}/`;

  step("the author logs in, sees what waits, and begins with a template", async () => {
    await office.demo.register(neighbours);
    const { author } = office;
    const { page } = author;
    await page.goto(office.address("/admin/"));
    await logIn(author, (picture) => look(page, picture));
    await page.getByRole("heading", { name: "あなたを待っているものはありません" }).waitFor();
    await look(page, "home");
    await page.getByRole("link", { name: "新しい記事を書く" }).click();
    await look(page, "new");
    await page.getByRole("button", { name: "手当・給付の手続き" }).click();
    await office.begun(page);
    await look(page, "begin");
    // What is missing is said, and a click leads to it.
    await page.locator("#checks li", { hasText: "分類（目的）" }).getByRole("link", { name: "直しに行く" }).click();
    assert.equal(await page.evaluate(() => document.activeElement.id), "category");
  });

  step("the form says whom it reaches, until when and whom to ask", async () => {
    const { page } = office.author;
    await page.locator("#title").fill(TITLE);
    await page.locator("#summary").fill("小学校に入る前のお子さんを育てている方に支給します。12月25日（金曜日）までに申し込んでください。");
    await page.locator("#category").selectOption("money/child-allowance");
    await page.locator("[id='target.text']").fill("小学校に入る前のお子さんを育てている方");

    const everybody = await number(page, "[data-reach=n]");
    const pick = (tag) =>
      Promise.all([
        page.waitForResponse((answer) => answer.url().endsWith("/audience") && answer.ok()),
        page.locator(`label.chip:has(input[value='${tag}'])`).click(),
      ]);
    await pick("age-1");
    await page.locator(".delta").waitFor();
    const one = await number(page, "[data-reach=n]");
    assert.notEqual(one, everybody, "a tag moves the number");
    await pick("age-2");
    await page.waitForFunction((before) => Number(document.querySelector("[data-reach=n]").textContent) > before, one);
    await page.waitForFunction(() => !document.querySelector("[data-field='target.text'] .msg"));
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
    const { page } = office.author;
    const sent = [];
    page.on("request", (request) => request.url().endsWith("/autosave") && sent.push(new URLSearchParams(request.postData() ?? "").get("body")));
    await page.locator("#body").fill("\n物価の高いあいだ、小さなお子さんの暮らしを支えるための手当です。\n\n## 受け取れる金額\n\nお子さん1人につき、月5,000円です。\n\n");
    await page.locator("#body").press("ControlOrMeta+End");
    await compose(page, ["もう", "もうしこみ", "申し込み"], "申し込みの流れは、窓口でもご案内します。");
    assert.match(await page.locator("#body").inputValue(), /申し込みの流れは、窓口でもご案内します。$/);
    await page.locator("#body").press("Enter");
    await until("the text is saved", async () => sent.at(-1)?.includes("窓口でもご案内します。"));
    // What the saving says moves the fields below it.
    await page.locator("#safe:not([data-busy])").waitFor();
    assert.ok(sent.every((body) => !body?.includes("もうし")), "a reading is never saved");

    await page.locator("#notice").check();
    await page.locator("[name='notice.channels'][value=mail]").check();
    await page.locator("[name='notice.channels'][value=line]").check();
    await page.waitForFunction(() => !document.querySelector("#checks .e"));
    await page.locator("#next", { hasText: "内容を確かめて、承認を依頼します。" }).waitFor();
    // The head tells of what was typed, not of what was saved last.
    await page.locator(".seals li", { hasText: "お知らせ" }).getByText(/^お知らせ\d+人$/).waitFor();
    await page.locator(".edhead .crumb", { hasText: "児童手当" }).waitFor();
    const shown = page.frameLocator("#pv");
    await shown.getByRole("heading", { name: TITLE }).first().waitFor();
    await shown.getByText("令和8年12月25日").first().waitFor();
    await shown.getByText(/0500-\d/).first().waitFor();
    await look(page, "checked", { at: "#s-body" });
    await page.locator("label", { hasText: "パソコン" }).click();
    await shown.getByText("窓口でもご案内します。").waitFor();
    await look(page, "preview", { at: "#pvh" });
  });

  step("what was not saved is offered again", async () => {
    const { page } = office.author;
    await office.type(page, "legal_basis", "みのり市こども応援手当条例第3条");
    await page.goto(office.screen("/edit"));
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
    await office.submit("締切は昨年と同じ、12月の最後の金曜日です。", "submit");
    const { text } = await office.letter(REVIEWER, "承認のお願い", TITLE);
    assert.match(text, /締切は昨年と同じ/);
    // Meanwhile it can be read, not written.
    await look(await office.go(office.author, "/edit"), "waiting");
  });

  step("the reviewer opens the link on a phone, comments on a field and sends it back", async () => {
    const { reviewer } = office;
    const { page } = reviewer;
    const { text } = await office.letter(REVIEWER, "承認のお願い", TITLE);
    await page.goto(text.match(/http\S+\/review/)[0]);
    await logIn(reviewer, (picture) => look(page, `phone-${picture}`));
    assert.equal(page.url(), office.screen("/review"));
    await look(page, "phone-review");
    const change = page.locator("#change-summary");
    await change.getByText("ここにコメントする").click();
    await change.getByRole("textbox").fill("金額も一言で書いてください。");
    await look(page, "phone-comment", { at: "#change-summary" });
    await change.getByRole("button", { name: "コメントを残す" }).click();
    await change.getByText("金額も一言で書いてください。").waitFor();
    await page.getByLabel("ひとこと", { exact: true }).fill("概要に金額がほしいです。");
    await page.getByRole("button", { name: "差し戻す", exact: true }).click();
    await page.waitForURL(office.screen());
    await look(page, "phone-returned");
    await office.letter(AUTHOR, "差し戻し", TITLE);
  });

  step("the author mends it and asks again; it is approved", async () => {
    const page = await office.go(office.author, "/edit");
    await look(page, "returned");
    await page.locator("#summary").fill("小学校に入る前のお子さん1人につき月5,000円です。12月25日（金曜日）までに申し込んでください。");
    await office.submit("金額を入れました。");
    await office.approve("phone-approve");
  });

  step("the publisher sees what will happen, and schedules it for nine", async () => {
    const page = await office.go(office.publisher, "/plan");
    const people = await number(page, "#people");
    assert.ok(people > 2, `${people} people`);
    const mail = await page.locator(".mailtext").textContent();
    assert.ok(mail.includes(TITLE) && mail.includes(REASON), mail);
    await page.locator(".linex", { hasText: TITLE }).waitFor();
    planned = (await page.locator(".ways .mid").allTextContents()).slice(0, 2).map((text) => parseInt(text, 10));
    await page.getByText("送ったあとの残り").waitFor();
    await page.locator("ul.pages li").first().waitFor();
    await office.typeNumber(people);
    // Tomorrow at nine is what the form proposes.
    assert.equal(await page.locator("#date").inputValue(), "2026-12-01");
    assert.equal(await page.locator("#time").inputValue(), "09:00");
    await look(page, "plan", { whole: true });
    await page.getByRole("button", { name: "この日時に公開を予約する" }).click();
    const cancel = page.getByRole("button", { name: "予約を取り消す" });
    await cancel.waitFor();
    // Another thought, and back again.
    await cancel.click();
    await page.getByRole("button", { name: "この日時に公開を予約する" }).click();
    await cancel.waitFor();
    await page.getByText("12月1日（火曜日）午前9時に公開されます").first().waitFor();
    await look(page, "scheduled");
    assert.equal((await office.published(page_of_citizens)).status, 404);
    assert.deepEqual(await office.toldAbout(TITLE), []);
  });

  step("at nine it is made, uploaded, read at its address, and told", async () => {
    await office.wake(TUESDAY);
    const page = await office.go(office.publisher, "/progress");
    // The screen that waits renews itself.
    await page.locator("ol.way li.done:nth-child(4)").waitFor();
    assert.match(await page.locator("main").textContent(), /9:00 に始めました/);
    await page.getByText("外から読んで、同じ版だと確かめました。").waitFor();
    const [done, people] = (await page.locator("ol.way li:nth-child(4) .num").textContent()).match(/\d+/g);
    assert.equal(done, people, "everybody's notice has an end");
    await look(page, "progress");
    assert.equal(await page.getByRole("link", { name: "公開中のページを開く" }).getAttribute("href"), office.address(page_of_citizens));
    await page.getByRole("link", { name: "公開中のページを開く" }).click();
    await page.getByRole("heading", { level: 1, name: TITLE }).waitFor();
    await look(page, "citizen", { whole: true });
  });

  step("exactly those got it who are meant, with the reason in it", async () => {
    told = await office.toldAbout(TITLE);
    assert.deepEqual(ofNeighbours(told), meant);
    assert.equal(new Set(told).size, told.length, "nobody is told twice");
    const mails = await office.mailsAbout(TITLE);
    assert.deepEqual([mails.length, told.length - mails.length], planned);
    for (const mail of mails) {
      assert.ok(mail.text.includes(REASON) && mail.text.includes(office.address(page_of_citizens)), mail.text);
    }
    assert.ok((await office.outbox.bubbles()).some((bubble) => bubble.text.includes(TITLE) && bubble.text.includes("12月25日")));
    const { page } = office.publisher;
    await open(office.publisher, office.address("/admin/notices"));
    await page.getByRole("link", { name: TITLE }).first().click();
    await page.getByText("合っています").waitFor();
    await look(page, "notice");
  });

  step("a week later a typo is mended, and nobody is told again", async () => {
    await office.wake(WEEK_AFTER);
    await office.demo.register([newcomer]);
    await open(office.author, office.address(`/admin/documents?q=${encodeURIComponent("応援手当")}`));
    const { page } = office.author;
    await look(page, "list");
    await page.getByRole("link", { name: TITLE }).first().click();
    await page.getByRole("link", { name: "直す", exact: true }).first().click();
    const body = await page.locator("#body").inputValue();
    await page.locator("#body").fill(body.replace("月5,000円です。", "毎月6,000円です。"));
    await office.submit("金額を直しました。");
    await office.approve("phone-compare", "#r1");
    const plan = await office.go(office.publisher, "/plan");
    await plan.getByText("このまま公開しても、だれにも届きません").waitFor();
    await look(plan, "plan-again");
    await office.publishNow();
    await plan.getByText("この公開では、だれにも知らせていません。").waitFor();
    assert.match((await office.published(page_of_citizens)).text, /毎月6,000円です。/);
    assert.deepEqual(await office.toldAbout(TITLE), told);
  });

  step("a correction goes to exactly those who got the first", async () => {
    const { page } = office.publisher;
    await page.goto(office.screen());
    await page.locator("section", { hasText: "お知らせ" }).getByRole("link", { name: "公開のお知らせ" }).click();
    await page.getByLabel("訂正の内容").fill(CORRECTION);
    await page.getByRole("button", { name: "届く文面を見る" }).click();
    await page.locator(".mailtext", { hasText: CORRECTION }).waitFor();
    await page.getByText(/\d+人に送ります。/).waitFor();
    await look(page, "correction", { at: "#correct" });
    await page.getByRole("button", { name: "この訂正を送る" }).click();
    await page.getByText("これは訂正です。").waitFor();
    await page.locator("h1 .st", { hasText: "送信済み" }).waitFor();
    await look(page, "corrected");
    assert.deepEqual(await office.toldAbout(CORRECTION), told);
    const mails = await office.mailsAbout("【訂正】", TITLE);
    assert.ok(mails.length > 0 && mails.every((mail) => mail.subject.startsWith("【訂正】")));
  });

  step("all of it can be read in the history", async () => {
    await look(await office.go(office.author, "/history"), "history");
    const page = await office.go(office.author);
    await page.getByText("公開を予約").first().waitFor();
    await look(page, "overview");
  });
});
