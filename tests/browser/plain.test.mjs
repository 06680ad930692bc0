// The same office without scripts: everything is a plain form.
import assert from "node:assert/strict";

import { onBothDatabases } from "./office.mjs";
import { AUTHOR, PUBLISHER, REVIEWER, desk, open, phone } from "./staff.mjs";

const TITLE = "スクリプトなしで書いた記事";

onBothDatabases("without scripts", { now: "2026-11-30T10:00", refusals: [409, 422] }, (office, step) => {
  let author, reviewer, publisher;
  const said = (page, text) => page.locator(".said", { hasText: text }).waitFor();

  step("an article is begun, counted, given rows, and saved", async () => {
    author = await office.join(desk, AUTHOR, { plain: true });
    const { page } = author;
    await open(author, office.address("/admin/documents/new"));
    await page.getByRole("button", { name: "手当・給付の手続き" }).click();
    await office.begun(page);
    await page.locator("#title").fill(TITLE);
    await page.locator("#summary").fill("小さなお子さんのいる方に支給します。12月25日までに申し込んでください。");
    await page.locator("#category").selectOption("money/child-allowance");
    await page.locator("[id='target.text']").fill("1歳の子を育てている方");
    await page.locator("label.chip:has(input[value='age-1'])").click();
    await page.locator("button[name=do][value=count]").click();
    assert.match(await page.locator("[data-reach=n]").textContent(), /[1-9]/);
    await page.locator("[name=anytime][type=checkbox]").uncheck();
    await page.locator("button[value='add:deadline']").click();
    await page.locator("[id='deadline.0.closes.date']").fill("2026-12-25");
    await page.locator("[id='apply.0.place']").fill("みのり庁舎1階");
    await page.locator("#legal_basis").fill("みのり市の条例");
    await page.locator("#slug").fill("plain-desu");
    await page.locator("#body").fill("\n小さなお子さんの暮らしを支えるための手当です。\n");
    await page.locator("#notice").check();
    await page.locator("[name='notice.channels'][value=mail]").check();
    await page.getByRole("button", { name: "保存する", exact: true }).last().click();
    await said(page, "保存しました。");
    assert.equal(await page.locator("output[for^='deadline.0.closes.date']").textContent(), "令和8年12月25日（金曜日）");
    await page.getByText("0件").or(page.locator("#checks .k")).first().waitFor();
  });

  step("what two wrote is shown side by side", async () => {
    const { page } = author;
    publisher = await office.join(desk, PUBLISHER, { plain: true });
    await open(publisher, office.screen("/edit"));
    await publisher.page.locator("#summary").fill("小さなお子さんのいる方への手当です。");
    await publisher.page.getByRole("button", { name: "保存する", exact: true }).last().click();
    await said(publisher.page, "保存しました。");
    await page.locator("#summary").fill("小さなお子さんのいる方に、月5,000円を支給します。");
    await page.getByRole("button", { name: "保存する", exact: true }).last().click();
    await page.getByRole("heading", { name: "ほかの人も書き換えていました" }).waitFor();
    await page.getByRole("button", { name: "選んだ内容で保存する" }).click();
    await said(page, "選んだ内容で保存しました。");
    assert.equal(await page.locator("#summary").inputValue(), "小さなお子さんのいる方に、月5,000円を支給します。");
  });

  step("it is asked for, commented, sent back, and approved on a phone", async () => {
    const { page } = author;
    const ask = async () => {
      await page.getByRole("button", { name: "承認を依頼する" }).click();
      await page.getByLabel(REVIEWER.name).check();
      await page.getByRole("button", { name: "承認を依頼する" }).click();
      await said(page, "承認を依頼しました。");
    };
    await ask();
    reviewer = await office.join(phone, REVIEWER, { plain: true });
    await open(reviewer, office.screen("/review"));
    const desk_of_reviewer = reviewer.page;
    const change = desk_of_reviewer.locator("#change-summary");
    await change.getByText("ここにコメントする").click();
    await change.getByRole("textbox").fill("いつからかも書いてください。");
    await change.getByRole("button", { name: "コメントを残す" }).click();
    await said(desk_of_reviewer, "コメントを残しました。");
    await desk_of_reviewer.getByRole("button", { name: "差し戻す", exact: true }).click();
    await said(desk_of_reviewer, "差し戻しました。");
    await open(author, office.screen("/edit"));
    await page.locator("#comments").getByText("いつからかも書いてください。").first().waitFor();
    await page.locator("#summary").fill("小さなお子さんのいる方に、12月から月5,000円を支給します。");
    await ask();
    await desk_of_reviewer.goto(office.screen("/review"));
    await desk_of_reviewer.getByRole("button", { name: "承認する", exact: true }).click();
    await said(desk_of_reviewer, "承認しました。");
  });

  step("it is published, and the progress is read by asking for it", async () => {
    const { page } = publisher;
    await open(publisher, office.screen("/plan"));
    await page.getByRole("button", { name: "いま公開する" }).click();
    await page.waitForURL(office.screen("/progress"));
    for (let tries = 0; tries < 100 && !(await page.locator("ol.way li.done:nth-child(4)").count()); tries += 1) {
      await page.waitForTimeout(500);
      await page.getByRole("link", { name: "新しい様子を見る" }).click();
    }
    assert.equal(await page.locator("ol.way li.done").count(), 4);
    assert.equal((await office.published("/articles/plain-desu/")).status, 200);
    assert.ok((await office.toldAbout(TITLE)).length > 0);
  });
});
