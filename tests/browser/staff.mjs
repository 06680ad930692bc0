// The staff of the example city at their screens: a desk, a phone, what is said of every screen.
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import { accessibilityProblems } from "./chromium.mjs";
import { until } from "./demo.mjs";

export const desk = { width: 1280, height: 900 };
export const phone = { width: 390, height: 844 };

export const AUTHOR = { mail: "kodomo@minori.example.lg.jp", name: "こども家庭課 担当" };
export const REVIEWER = { mail: "kacho@minori.example.lg.jp", name: "こども家庭課 課長" };
export const PUBLISHER = { mail: "koho@minori.example.lg.jp", name: "広報課 公開担当" };

const folder = process.env.KAIRAN_SCREENSHOTS;
const PASSWORD = "kairan de tameshi";

/** One person at a browser of their own, with the errors of its pages. `plain`: one that runs no scripts. */
export async function sit(browser, viewport, who, { plain = false } = {}) {
  const context = await browser.newContext({
    viewport,
    locale: "ja-JP",
    timezoneId: "Asia/Tokyo",
    isMobile: viewport === phone,
    javaScriptEnabled: !plain,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const errors = [];
  page.on("pageerror", (error) => errors.push(`${page.url()}: ${error.message}`));
  page.on("console", (line) => {
    if (line.type() === "error") errors.push(`${page.url()}: ${line.location().url}: ${line.text()}`);
  });
  return { page, context, errors, ...who };
}

/** Goes to a screen, through the log-in where it comes up. */
export async function open(person, address) {
  const { page } = person;
  await page.goto(address);
  if (page.url().includes("/admin/login")) await logIn(person);
}

/** Fills in the log-in that is open, with the code the demo shows, and goes where it leads. */
export async function logIn({ page, mail }, look) {
  await page.getByLabel("職員のメールアドレス").fill(mail);
  await page.getByLabel("パスワード", { exact: true }).fill(PASSWORD);
  await look?.("login");
  await page.getByRole("button", { name: "次へ" }).click();
  await look?.("code");
  // A code is good once: after two log-ins in half a minute the next one has to come up.
  await until("a code", async () => {
    if (await page.locator("#demo-code").count()) return true;
    await page.reload();
    return false;
  });
  await page.getByLabel("確認コード（6けた）").fill(await page.locator("#demo-code").textContent());
  await page.getByRole("button", { name: "ログインする" }).click();
  // Where a form was carried through, the next page has the same address.
  await page.getByLabel("確認コード（6けた）").waitFor({ state: "detached" });
  await page.waitForLoadState();
}

/** Nothing for axe to find, nothing to scroll sideways; a picture where pictures are asked for. */
export async function look(page, name, { at, whole = false } = {}) {
  if (folder && name) {
    await mkdir(folder, { recursive: true });
    await page.evaluate(() => document.fonts.ready);
    if (at) await page.locator(at).first().evaluate((one) => one.scrollIntoView({ block: "start", behavior: "instant" }));
    await page.screenshot({ path: join(folder, `${name}.png`), fullPage: whole, animations: "disabled" });
  }
  assert.deepEqual(await accessibilityProblems(page), [], `${name ?? ""} ${page.url()}`);
  await fits(page, name);
}

/** Nothing reaches over the edge of the screen. */
export async function fits(page, name = "") {
  const [wide, screen, over] = await page.evaluate(() => {
    const reaches = [...document.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().right > innerWidth);
    return [document.documentElement.scrollWidth, innerWidth, reaches.slice(0, 5).map((one) => one.outerHTML.slice(0, 100))];
  });
  assert.ok(wide <= screen, `${name} ${page.url()} is ${wide} wide on a screen of ${screen}:\n${over.join("\n")}`);
}

/** Types as a Japanese input method does: the reading first, converted and then put down. */
export async function compose(page, readings, text) {
  const session = await page.context().newCDPSession(page);
  for (const reading of readings) {
    const end = [...reading].length;
    await session.send("Input.imeSetComposition", { text: reading, selectionStart: end, selectionEnd: end });
  }
  await session.send("Input.insertText", { text });
  await session.detach();
}

/** The number an element shows. */
export async function number(page, selector) {
  return Number((await page.locator(selector).textContent()).replaceAll(/\D/g, ""));
}
