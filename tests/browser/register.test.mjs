// A citizen registers by keyboard, without JavaScript, and confirms from the outbox of the demo.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { accessibilityProblems, launch } from "./chromium.mjs";
import { program, startDemo, until } from "./demo.mjs";

let browser;
let demo;
let origin;

before(async () => {
  if (!program) return;
  demo = await startDemo();
  origin = demo.origin;
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await demo?.stop();
});

/** axe needs scripts: the same page again, where they run. */
async function isAccessible(url) {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, bypassCSP: true });
  const page = await context.newPage();
  await page.goto(url);
  assert.deepEqual(await accessibilityProblems(page), [], url);
  await context.close();
}

/** Presses Tab until the element has the focus: what the keyboard cannot reach fails here. */
async function tabTo(page, selector) {
  for (let presses = 0; presses < 250; presses += 1) {
    await page.keyboard.press("Tab");
    if (await page.locator(`${selector}:focus`).count()) return;
  }
  assert.fail(`${selector} cannot be reached by keyboard`);
}

test("a citizen registers by keyboard and without JavaScript", { skip: !program && "KAIRAN_TEST_PROGRAM is not set" }, async () => {
  const context = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 390, height: 844 } });
  const page = await context.newPage();
  await page.goto(`${origin}/my/register`);

  // A mistake first: it is said, and the link of the summary leads to the field.
  await tabTo(page, "#mail");
  await page.keyboard.type("keyboard.example.jp");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#errors");
  assert.equal(await page.inputValue("#mail"), "keyboard.example.jp");
  await tabTo(page, "#errors a");
  await page.keyboard.press("Enter");
  assert.match(page.url(), /#mail$/);

  await page.focus("#mail");
  await page.keyboard.press("ControlOrMeta+A");
  const address = `keyboard-${Date.now()}@example.jp`;
  await page.keyboard.type(address);
  await tabTo(page, "#children-1");
  await page.keyboard.type("2025");
  await page.keyboard.press("Tab");
  await page.keyboard.type("11");
  await page.keyboard.press("Tab");
  await page.keyboard.type("1");
  await tabTo(page, "#consent-yes");
  await page.keyboard.press("Space");
  await tabTo(page, "button.btn[value=register]");
  await page.keyboard.press("Enter");
  await page.waitForURL(`${origin}/my/sent`);

  await until("the mail is there", async () => {
    await page.goto(`${origin}/dev/outbox`);
    return (await page.textContent("main")).includes(address);
  });
  const mail = page.locator("li", { hasText: address }).locator("a");
  await mail.first().click();
  const letter = page.url();
  const link = await page.locator(".mail-view a[href*='/my/confirm/']").getAttribute("href");
  await page.goto(link);
  await isAccessible(link);
  await tabTo(page, "main button");
  await page.keyboard.press("Enter");
  await page.waitForSelector("h1:has-text('登録が完了しました')");
  const preferences = await page.locator("main a[href*='/my/preferences/']").getAttribute("href");
  await page.goto(`${origin}${preferences}`);
  assert.equal(await page.inputValue("#children-1"), "2025");

  for (const path of ["/my/register", "/my/login", "/my/sent", "/search?q=子", "/dev/outbox", "/admin/login", preferences]) {
    await isAccessible(`${origin}${path}`);
  }
  await isAccessible(letter);
  await context.close();
});
