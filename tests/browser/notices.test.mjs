// Notices: tried on oneself, held, resumed, stopped, sent once more; who was not reached, and why; what is taken back.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";

import { onBothDatabases } from "./office.mjs";
import { PUBLISHER, look, number, open } from "./staff.mjs";

// At night nobody is told: what is published now waits until seven.
const EVENING = "2026-11-30T21:30";
const MORNING = "2026-12-01T06:59:45";
const options = { now: EVENING, notices: { quiet_hours: "21:00-07:00" }, refusals: [422] };

const FIRST = "児童手当の手続き（今年度）";
const STOPPED = "児童手当の手続き（取りやめるもの）";

onBothDatabases("notices and withdrawals", options, (office, step) => {
  /** A copy is written, approved, and its plan is open. */
  const prepare = async (slug, title) => {
    await office.copy(slug, "児童手当の手続きについて");
    await office.author.page.locator("#title").fill(title);
    await office.submit("去年と同じです。");
    await office.approve();
    return office.go(office.publisher, "/plan");
  };
  /** The notice of the article, from its overview. */
  const notice = async () => {
    const page = await office.go(office.publisher);
    await page.getByRole("link", { name: "公開のお知らせ" }).first().click();
    return page;
  };
  const publish = async (page) => {
    await page.getByRole("button", { name: "いま公開する" }).click();
    await page.waitForURL(office.screen("/progress"));
    await page.locator("ol.way li.done:nth-child(3)").waitFor();
  };

  step("whoever publishes gets a trial, and nobody else", async () => {
    const page = await prepare("jido-teate-kotoshi", FIRST);
    await page.getByRole("button", { name: "自分にだけ試しに送る" }).click();
    const { text } = await office.letter(PUBLISHER, "テスト", FIRST);
    assert.match(text, /このお知らせが届いた理由/);
    assert.deepEqual(await office.mailsAbout(FIRST), []);
  });

  step("a notice that waits for the morning is held, and goes on", async () => {
    const people = await number(office.publisher.page, "#people");
    await publish(office.publisher.page);
    const page = await notice();
    await page.getByText("送らない時間帯なので").waitFor();
    await page.locator(".sum", { hasText: "対象" }).getByText(String(people), { exact: true }).first().waitFor();
    await page.getByRole("button", { name: "一時停止する" }).click();
    await page.locator("h1 .st", { hasText: "一時停止中" }).waitFor();
    await look(page, "paused");
    await page.getByRole("button", { name: "送信を再開する" }).click();
    await page.locator("h1 .st", { hasText: "送信中" }).waitFor();
  });

  let stopped;
  step("what is stopped is never sent", async () => {
    await publish(await prepare("jido-teate-torikeshi", STOPPED));
    stopped = office.document;
    const page = await notice();
    await page.getByText("送らない時間帯なので").waitFor();
    await page.getByRole("button", { name: "残りを取り消す" }).click();
    await page.locator("h1 .st", { hasText: "取りやめ" }).waitFor();
    await look(page, "stopped");
    assert.deepEqual(await office.toldAbout(FIRST), []);
  });

  step("in the morning the one is sent, and not the other", async () => {
    await office.wake(MORNING);
    await open(office.publisher, office.address("/admin/notices"));
    const { page } = office.publisher;
    await page.getByRole("link", { name: FIRST }).first().click();
    // The screen renews itself until it is over.
    await page.locator("h1 .st", { hasText: "送信済み" }).waitFor();
    assert.ok((await office.toldAbout(FIRST)).length > 20);
    assert.deepEqual(await office.toldAbout(STOPPED), []);
  });

  step("who was not reached is said by reason, on the screen and as CSV", async () => {
    const { page } = office.publisher;
    await page.getByText("合っています").waitFor();
    const sums = (await page.locator(".sum .big").allTextContents()).map(Number);
    assert.equal(sums[0], sums.slice(1).reduce((all, one) => all + one, 0));
    await page.getByRole("heading", { name: "ご本人の希望どおり" }).waitFor();
    await page.getByText("受け取らないことを選んでいる").waitFor();
    assert.doesNotMatch(await page.locator("main").textContent(), /@example\.jp/);
    await look(page, "not-reached", { whole: true });
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "CSVで保存" }).click()]);
    const table = await readFile(await download.path(), "utf8");
    assert.match(table, /^\u{feff}区分,理由,人数/u);
    assert.match(table, new RegExp(`対象,,${sums[0]}`));
    assert.match(table, /ご本人の希望どおり,受け取らないことを選んでいる,\d+/);
    assert.doesNotMatch(table, /@/);
  });

  step("everybody is told once more when that is asked for", async () => {
    await open(office.publisher, office.address(`/admin/documents?q=${encodeURIComponent("今年度")}`));
    const { page } = office.publisher;
    await page.getByRole("link", { name: FIRST }).first().click();
    await page.waitForURL(/documents\/[0-9A-Z]{26}$/);
    office.document = page.url().match(/documents\/([0-9A-Z]{26})/)[1];
    const before = await office.toldAbout(FIRST);
    const form = await office.go(office.author, "/edit");
    await form.locator("#summary").fill("高校生年代までのお子さんを育てている方に支給されます。金額が変わりました。");
    await office.submit("もう一度知らせたいです。");
    await office.approve();
    await office.go(office.publisher, "/plan");
    await page.getByText("このまま公開しても、だれにも届きません").waitFor();
    await page.getByLabel("もう一度知らせる", { exact: true }).check();
    await page.getByRole("button", { name: "もう一度知らせることにする" }).click();
    await page.getByText("公開すると、もう一度知らせます。").waitFor();
    await office.publishNow();
    assert.deepEqual(await office.toldAbout("金額が変わりました"), before);
  });

  /** Opens the form of 取り下げ, chooses a way and sends it. */
  const withdraw = async (way, { reason, target }) => {
    const page = await office.go(office.publisher);
    await page.locator("summary", { hasText: "取り下げる" }).click();
    await page.getByLabel(way).check();
    if (target) await page.getByLabel("案内先（記事のアドレス）").fill(target);
    await page.locator("#wreason").fill(reason);
    if (target === "/articles/nai/") return page.getByRole("button", { name: "取り下げる" }).click();
    await page.getByRole("button", { name: "取り下げる" }).click();
    await page.waitForURL(office.screen("/progress"));
    await page.getByText("サイトから外しました。").waitFor();
    return page;
  };

  step("an article is withdrawn with a banner that says why", async () => {
    const page = await withdraw("「取り下げました」と理由を出す", { reason: "制度が変わったため、取り下げました。" });
    await look(page, "withdrawn");
    await page.goto(office.address("/articles/jido-teate-kotoshi/"));
    await page.getByText("制度が変わったため、取り下げました。").waitFor();
    await look(page, "withdrawn-page");
  });

  step("or leads to another article, which must be there", async () => {
    office.document = stopped;
    await withdraw("別の記事へ案内する", { reason: "新しい記事にまとめました。", target: "/articles/nai/" });
    const { page } = office.publisher;
    await page.getByText("案内先の文書が見つかりません。").waitFor();
    assert.equal(await page.locator("#wreason").inputValue(), "新しい記事にまとめました。");
    await withdraw("別の記事へ案内する", { reason: "新しい記事にまとめました。", target: "/articles/jido-teate/" });
    await page.goto(office.address("/articles/jido-teate-torikeshi/"));
    await page.waitForURL(office.address("/articles/jido-teate/"));
  });

  step("or leaves nothing, and comes back as a draft", async () => {
    await open(office.publisher, office.address(`/admin/documents?q=${encodeURIComponent("病児")}`));
    const { page } = office.publisher;
    await page.locator("tbody a.t").first().click();
    await page.waitForURL(/documents\/[0-9A-Z]{26}$/);
    office.document = page.url().match(/documents\/([0-9A-Z]{26})/)[1];
    const address = new URL(await page.locator(".qrbox a").first().getAttribute("href")).pathname;
    assert.equal((await office.published(address)).status, 200);
    await withdraw("何も置かない", { reason: "事業が終わりました。" });
    assert.equal((await office.published(address)).status, 410);
    await office.go(office.publisher);
    await page.getByRole("button", { name: "下書きに戻す" }).click();
    await page.waitForURL(office.screen("/edit"));
    await page.getByRole("heading", { level: 1 }).getByText("下書き").waitFor();
  });

  step("a draft that is not needed is set aside, and brought back", async () => {
    await office.copy("jido-teate-hokan", "児童手当の手続きについて");
    const { page } = office.author;
    await page.getByRole("button", { name: "保存する", exact: true }).last().click();
    await page.locator(".said").waitFor();
    await office.go(office.author);
    await page.getByRole("button", { name: "保管する" }).click();
    await page.getByText("保管しました。").waitFor();
    await look(page, "archived");
    await page.getByRole("button", { name: "下書きに戻す" }).click();
    await page.waitForURL(office.screen("/edit"));
  });
});
