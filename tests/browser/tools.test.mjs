// The browser tests' own tools: they see what is there, and object to what is wrong.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { accessibilityProblems, launch } from "./chromium.mjs";

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser?.close());

async function open(body) {
  const page = await browser.newPage();
  await page.setContent(`<!doctype html><html lang="ja"><title>回覧</title><body>${body}</body></html>`);
  return page;
}

test("Japanese is drawn with a font that has it", async () => {
  const page = await open('<span id="a">回覧板</span><br><span id="b">\u{10fffd}\u{10fffd}\u{10fffd}</span>');
  const shot = (id) => page.locator(id).screenshot().then((png) => png.toString("base64"));
  const [first, second] = await Promise.all(["回", "覧"].map(async (character) => {
    const one = await open(`<span id="c">${character}</span>`);
    return (await one.locator("#c").screenshot()).toString("base64");
  }));
  assert.notEqual(first, second, "both are drawn as the same empty box");
  assert.notEqual(await shot("#a"), await shot("#b"));
});

test("axe finds a missing alternative text and nothing on a sound page", async () => {
  const sound = "<main><h1>児童手当</h1><p>手続きの案内です。</p></main>";
  assert.deepEqual(await accessibilityProblems(await open(sound)), []);
  const problems = await accessibilityProblems(await open(`${sound}<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">`));
  assert.equal(problems.length, 1);
  assert.match(problems[0], /^image-alt: img/);
});

test("a script error is seen", async () => {
  const page = await browser.newPage();
  const errors = [];
  page.on("pageerror", (error) => errors.push(error.message));
  await page.setContent("<script>throw new Error('かいらん')</script>");
  assert.deepEqual(errors, ["かいらん"]);
});
