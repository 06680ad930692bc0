// Several people at one article, and people who come and go: nothing that was written is lost.
import assert from "node:assert/strict";

import { onBothDatabases } from "./office.mjs";
import { AUTHOR, PUBLISHER, REVIEWER, logIn, look, open } from "./staff.mjs";

const options = { now: "2026-11-30T10:00", refusals: [401, 409, 422] };

onBothDatabases("people at one article", options, (office, step) => {
  const title = (page) => page.locator("#title");
  const save = (page) => page.getByRole("button", { name: "保存する", exact: true }).last().click();
  const said = (page, text) => page.locator(".said", { hasText: text }).waitFor();

  /** The administrator does something with somebody's account. */
  const account = async (who, button) => {
    await open(office.publisher, office.address("/admin/staff"));
    const { page } = office.publisher;
    await page.getByRole("link", { name: who.name }).click();
    await page.getByRole("button", { name: button }).click();
    await page.locator(".said").waitFor();
  };

  step("whoever opens what another writes is told, and may take over", async () => {
    await office.copy("futari-de", "児童手当の手続きについて");
    const mine = office.author.page;
    await title(mine).fill("児童手当の手続き（二人で書く）");
    await save(mine);
    await said(mine, "保存しました。");
    const theirs = await office.go(office.publisher, "/edit");
    await theirs.getByText(`いま ${AUTHOR.name}さんが書いています。`).waitFor();
    await look(theirs, "presence");
    await theirs.getByRole("button", { name: "編集を引き継ぐ" }).click();
    await said(theirs, "編集を引き継ぎました。");
  });

  step("what two wrote into different fields is joined", async () => {
    const [mine, theirs] = [office.author.page, office.publisher.page];
    await theirs.locator("#summary").fill("高校生年代までのお子さんを育てている方に支給されます。");
    await save(theirs);
    await said(theirs, "保存しました。");
    await title(mine).fill("児童手当の手続き（合わせる）");
    await save(mine);
    await said(mine, "そのあいだにほかの人が書いた所も、合わせてあります。");
    assert.equal(await mine.locator("#summary").inputValue(), "高校生年代までのお子さんを育てている方に支給されます。");
    assert.equal(await title(mine).inputValue(), "児童手当の手続き（合わせる）");
  });

  step("what two wrote into the same field is shown side by side, and neither is lost", async () => {
    const mine = office.author.page;
    const theirs = await office.go(office.publisher, "/edit");
    await title(theirs).fill("児童手当の手続き（広報課が書いた題）");
    await save(theirs);
    await said(theirs, "保存しました。");
    await title(mine).fill("児童手当の手続き（担当が書いた題）");
    const body = await mine.locator("#body").inputValue();
    await mine.locator("#body").fill(`${body}\n担当が足した段落です。\n`);
    // Already while typing: somebody was faster.
    await mine.getByText("ほかの人が保存しました。").waitFor();
    await save(mine);
    await mine.getByRole("heading", { name: "ほかの人も書き換えていました" }).waitFor();
    for (const text of ["担当が書いた題", "広報課が書いた題"]) await mine.getByText(text).first().waitFor();
    await look(mine, "conflict");
    await mine.getByLabel(`${PUBLISHER.name}さんが書いた方`).check();
    await mine.getByRole("button", { name: "選んだ内容で保存する" }).click();
    await said(mine, "選んだ内容で保存しました。");
    assert.equal(await title(mine).inputValue(), "児童手当の手続き（広報課が書いた題）");
    assert.match(await mine.locator("#body").inputValue(), /担当が足した段落です。\n$/);
    // The title that was not chosen can still be found and brought back.
    await office.go(office.author, "/history");
    const kept = mine.locator("section", { hasText: "名前を付けた版" });
    await kept.getByText("合わせる前の文").waitFor();
    await kept.getByRole("link", { name: "いまの版とくらべる" }).click();
    await mine.getByText("担当が書いた題").first().waitFor();
  });

  step("a log-in that ends while somebody types keeps the text", async () => {
    const { author } = office;
    const { page } = author;
    await office.go(author, "/edit");
    await account(AUTHOR, "ログインをすべて終わらせる");
    await title(page).fill("児童手当の手続き（ログインが切れても）𠮷😀");
    await page.getByText("ログインが切れました。").waitFor();
    await save(page);
    await page.getByText("書きかけの内容はこの画面が預かっています。").waitFor();
    await look(page, "carried");
    await logIn(author);
    await page.getByText("書きかけの内容は失われていません。").waitFor();
    await page.getByRole("button", { name: "続ける" }).click();
    await said(page, "保存しました。");
    // What the browser kept for itself came along through the log-in: it is not offered once more.
    await page.waitForLoadState("networkidle");
    assert.ok(!page.url().includes("autosave"), page.url());
    assert.equal(await title(page).inputValue(), "児童手当の手続き（ログインが切れても）𠮷😀");
  });

  step("a reviewer who has left is not asked, and the word to them is kept", async () => {
    const { page } = office.author;
    await page.getByRole("button", { name: "承認を依頼する" }).click();
    await page.waitForURL(office.screen("/submit"));
    await page.getByLabel(REVIEWER.name).check();
    await page.getByLabel("ひとこと（なくてもかまいません）").fill("急ぎでお願いします。");
    await account(REVIEWER, "停止する");
    await page.getByRole("button", { name: "承認を依頼する" }).click();
    await page.getByText("選んだ職員は、この部署の文書を承認できません。").waitFor();
    assert.equal(await page.getByLabel("ひとこと（なくてもかまいません）").inputValue(), "急ぎでお願いします。");
    assert.equal(await page.getByLabel(REVIEWER.name).count(), 0, "and is not offered again");
    await look(page, "reviewer-left");
    await account(REVIEWER, "再開する");
  });

  step("a text that waits for somebody who left is passed on", async () => {
    const { page } = office.author;
    await office.go(office.author, "/edit");
    await office.submit("お願いします。");
    await account(REVIEWER, "停止する");
    await office.go(office.author, "/review");
    await page.getByText(`承認を頼まれた${REVIEWER.name}さんは、いまは承認できません。`).waitFor();
    await look(page, "passed-on");
    await page.getByLabel("承認者", { exact: true }).selectOption({ label: PUBLISHER.name });
    await page.getByRole("button", { name: "頼む人を変える" }).click();
    await office.letter(PUBLISHER, "承認のお願い");
    // Whoever left is told so in plain words, and nothing else.
    const left = office.reviewer.page;
    await left.goto(office.screen("/review"));
    await left.getByLabel("職員のメールアドレス").fill(REVIEWER.mail);
    await left.getByLabel("パスワード", { exact: true }).fill("kairan de tameshi");
    await left.getByRole("button", { name: "次へ" }).click();
    await left.locator("[role=alert]").waitFor();
    await account(REVIEWER, "再開する");
  });

  step("a form that became stale changes nothing, and its text is kept", async () => {
    // Opened as a draft, sent while it waits for approval.
    const { page } = office.author;
    await office.go(office.author, "/review");
    await page.getByRole("button", { name: "依頼を取り下げる" }).click();
    await page.waitForURL(/\/edit$/);
    const other = await page.context().newPage();
    await other.goto(office.screen("/edit"));
    await office.submit("もう一度お願いします。");
    await title(other).fill("児童手当の手続き（あとから書いた題）");
    await save(other);
    await other.getByText("そのあいだに承認の依頼や公開の予約がされたため、書き換えられません。").waitFor();
    await look(other, "stale");
    await other.close();
    await office.go(office.author);
    assert.equal(await page.getByText("あとから書いた題").count(), 0);
    await office.go(office.author, "/edit");
    await page.getByText("あとから書いた題").first().waitFor();
  });

  step("a time that is over is refused, and stays in its field", async () => {
    await office.approve();
    const page = await office.go(office.publisher, "/plan");
    await page.locator("#date").fill("2026-11-29");
    await page.locator("#time").fill("09:00");
    await page.getByRole("button", { name: "この日時に公開を予約する" }).click();
    await page.getByText("公開する日時が過ぎています。").waitFor();
    assert.equal(await page.locator("#date").inputValue(), "2026-11-29");
    await look(page, "past");
  });
});
