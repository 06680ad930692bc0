// Every screen an administrator comes to by links: nothing for axe to find, nothing over the edge at 320 px, all of it
// within reach of the Tab key, in both languages.
import assert from "node:assert/strict";

import { accessibilityProblems } from "./chromium.mjs";
import { onBothDatabases } from "./office.mjs";
import { PUBLISHER, desk, fits, open } from "./staff.mjs";

const narrow = { width: 320, height: 640 };
/** Answers that are no screens. */
const FILES = /\.(csv|svg|txt)$|\/raw$|\/preview/;

onBothDatabases("all screens", { now: "2026-11-30T10:00" }, (office, step) => {
  let person;
  const found = new Map();

  /** What addresses of one kind have in common. */
  const kind = (path) =>
    path
      .replace(/[0-9A-Z]{26}/g, "{id}")
      .replace(/\/[0-9a-f-]{36}(?=\/|$)/g, "/{id}")
      .replace(/^(\/admin\/(?:files|taxonomy))\/(?!new$)[^/]+$/, "$1/{name}")
      .replace(/\/$/, "");

  const links = () =>
    person.page.evaluate(() =>
      [...document.querySelectorAll("main a[href], header a[href]")].map((link) => link.href).filter((href) => new URL(href).origin === location.origin));

  step("an administrator comes to every screen by links", async () => {
    person = await office.join(desk, PUBLISHER);
    await open(person, office.address("/admin/"));
    // Something of every sort is there: a draft, a notice, a file.
    await office.copy("gamen", "児童手当の手続きについて");
    const waiting = ["/admin/", `/admin/documents/${office.document}`, `/admin/documents/${office.document}/edit`];
    while (waiting.length) {
      const path = waiting.shift();
      if (found.has(kind(path))) continue;
      found.set(kind(path), path);
      const answer = await person.page.goto(office.address(path));
      assert.equal(answer.status(), 200, path);
      for (const href of await links()) {
        const { pathname } = new URL(href);
        if (pathname.startsWith("/admin") && !FILES.test(pathname)) waiting.push(pathname);
      }
    }
    const kinds = [...found.keys()];
    for (const wanted of ["", "/documents", "/documents/new", "/documents/{id}/edit", "/documents/{id}/history", "/notices", "/notices/{id}", "/files", "/files/{name}", "/files/new", "/taxonomy", "/taxonomy/{name}", "/settings", "/staff", "/staff/{id}", "/staff/new", "/audit", "/links", "/account"]) {
      assert.ok(kinds.includes(`/admin${wanted}`), `${wanted} is not linked: ${kinds.join(" ")}`);
    }
  });

  step("all are in order in Japanese, at 320 px, by keyboard", async () => {
    await person.page.setViewportSize(narrow);
    await each(async (page, path) => {
      await fits(page);
      assert.deepEqual(await unreachable(page), [], `${path}: out of reach of the Tab key`);
      return accessibilityProblems(page);
    });
  });

  step("and in English, on a desk", async () => {
    const { page } = person;
    await page.setViewportSize(desk);
    await page.goto(office.address("/admin/account"));
    await page.locator("#lang").selectOption("en");
    await page.locator("form[action='/admin/account/language'] button").click();
    await page.locator("html[lang=en]").waitFor();
    await each(async () => {
      assert.equal(await page.locator("html").getAttribute("lang"), "en");
      await fits(page);
      await page.setViewportSize(narrow);
      await fits(page);
      const found = await accessibilityProblems(page);
      await page.setViewportSize(desk);
      return found;
    });
  });

  /** Looks at each screen; says all that is wrong at once. */
  async function each(check) {
    const wrong = [];
    for (const path of found.values()) {
      await person.page.goto(office.address(path));
      try {
        wrong.push(...(await check(person.page, path)).map((problem) => `${path}: ${problem}`));
      } catch (error) {
        wrong.push(error.message);
      }
    }
    assert.deepEqual(wrong, []);
  }
});

/** What can be used with a mouse and is never reached by pressing Tab. */
async function unreachable(page) {
  const wanted = await page.evaluate(() => {
    const usable = (one) =>
      one.checkVisibility({ checkVisibilityCSS: true }) && !one.disabled && !one.closest("fieldset[disabled],[hidden]");
    // One stop each: a group of radio buttons, a row of tabs, a toolbar.
    const grouped = (one) => (one.type === "radio" && !one.checked) || one.closest("[role=tablist],[role=toolbar]");
    const all = [...document.querySelectorAll("a[href],button,input:not([type=hidden]),select,textarea,summary")];
    let count = 0;
    for (const one of all) if (usable(one) && !grouped(one) && !one.closest("[aria-hidden=true]")) one.dataset.stop = String((count += 1));
    document.body.tabIndex = -1;
    document.body.focus();
    return all.filter((one) => one.dataset.stop).map((one) => [one.dataset.stop, one.outerHTML.slice(0, 120)]);
  });
  const left = new Map(wanted);
  for (let presses = 0; presses < wanted.length * 2 + 80 && left.size; presses += 1) {
    await page.keyboard.press("Tab");
    left.delete(await page.evaluate(() => document.activeElement?.dataset?.stop));
  }
  return [...left.values()];
}
