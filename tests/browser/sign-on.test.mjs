// Staff come by the account of the city's own directory; who is let in, Kairan says.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { launch } from "./chromium.mjs";
import { program, startDemo } from "./demo.mjs";
import { pass, startProvider } from "./provider.mjs";
import { AUTHOR, desk, look, phone, sit } from "./staff.mjs";

describe("single sign-on", { skip: !program && "KAIRAN_TEST_PROGRAM is not set" }, () => {
  const people = {
    "k-tanto": { email: AUTHOR.mail, email_verified: true },
    visitor: { email: "visitor@minori.example.lg.jp", email_verified: true },
  };
  let browser, demo, provider, author;
  const button = (page) => page.getByRole("button", { name: "庁内アカウントでログイン" });

  before(async () => {
    provider = await startProvider(people);
    [browser, demo] = await Promise.all([launch(), startDemo({ sso: (origin) => provider.register(origin) })]);
  });
  after(async () => {
    await browser?.close();
    await demo?.stop();
    await provider?.stop();
  });

  test("somebody who was invited comes in by the account of the city hall", async () => {
    author = await sit(browser, desk, AUTHOR);
    const { page } = author;
    await page.goto(`${demo.origin}/admin/login`);
    await look(page, "sign-on");
    await button(page).click();
    await page.waitForURL(`${provider.issuer}/**`);
    await pass(page, "k-tanto");
    await page.getByRole("heading", { name: "きょうの仕事" }).waitFor();
    assert.ok(page.url().startsWith(`${demo.origin}/admin`), page.url());
    await page.goto(`${demo.origin}/admin/account`);
    await page.getByText("結びついています").waitFor();
    await look(page, "sign-on-account");
  });

  test("a text whose log-in ended comes back with its author", async () => {
    const { page, context } = author;
    await page.goto(`${demo.origin}/admin/documents/new`);
    await page.locator("button.picker").first().click();
    await page.waitForURL("**/edit");
    // The log-in is gone here; at the provider it goes on.
    await context.clearCookies({ name: "kairan_staff" });
    await page.locator("#title").fill("ログインが切れても消えない題");
    await page.getByRole("button", { name: "保存する", exact: true }).last().click();
    await page.getByText("書きかけの内容はこの画面が預かっています。").waitFor();
    await button(page).click();
    await page.getByText("書きかけの内容は失われていません。").waitFor();
    await page.getByRole("button", { name: "続ける" }).click();
    await page.locator(".said", { hasText: "保存しました。" }).waitFor();
    assert.equal(await page.locator("#title").inputValue(), "ログインが切れても消えない題");
  });

  test("somebody who was not invited is told so, on a phone too, and can go back", async () => {
    const { page } = await sit(browser, phone, {});
    await page.goto(`${demo.origin}/admin/login`);
    await button(page).click();
    await page.waitForURL(`${provider.issuer}/**`);
    await pass(page, "visitor");
    await page.locator("[role=alert]").waitFor();
    await look(page, "sign-on-stranger");
    assert.match(await page.locator("[role=alert]").innerText(), /登録/);
    await page.goto(`${demo.origin}/admin`);
    assert.match(page.url(), /\/admin\/login/);
  });
});
