// Choosing a file while a text is written: the module as the editor loads it, against answers as /admin/files gives them.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { after, before, test } from "node:test";

import { accessibilityProblems, launch } from "./chromium.mjs";

const root = new URL("../../", import.meta.url);
const image = new URL("examples/minori/files/hoken-center-map.png", root);
const file = (name, picture) => ({
  path: `files/${name}`,
  name,
  kind: picture ? "画像（PNG）" : "PDF",
  size_text: "8 KB",
  image: picture,
  raw: `/admin/files/${encodeURIComponent(name)}/raw`,
  width: picture ? 640 : null,
  height: picture ? 400 : null,
});
const page = `<!doctype html><html lang="ja"><head><meta charset="utf-8"><title>記事</title><link rel="stylesheet" href="/admin.css"></head>
<body><main><h1>記事</h1><form data-autosave="/save"><input type="hidden" name="csrf_token" value="a-token">
<label for="body">本文</label><textarea id="body">前の文</textarea>
<label for="insert-path">ファイルの場所</label><input id="insert-path"><label for="insert-text">ことば</label><input id="insert-text">
<button type="button" data-ins="file">本文に入れる</button>
<div id="rows"><label for="row">添付</label><input id="row" name="attachments.0.file"></div></form></main>
<script type="module" src="/edit-body.js"></script><script type="module" src="/picker.js"></script></body></html>`;

let browser, server, address;
/** What /admin/files/upload answers, and what it was sent. */
let answer, sent;

before(async () => {
  browser = await launch();
  server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url, "http://localhost");
    const tell = (type, body) => {
      response.setHeader("content-type", type);
      response.setHeader("content-security-policy", "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'");
      response.end(body);
    };
    if (pathname === "/") return tell("text/html", page);
    if (pathname.endsWith("/raw")) return tell("image/png", await readFile(image));
    if (pathname === "/admin/files/upload") {
      sent = "";
      for await (const piece of request) sent += piece.toString("latin1");
      response.statusCode = answer.error ? 422 : 200;
      return tell("application/json", JSON.stringify({ files: [answer] }));
    }
    if (pathname === "/admin/files") {
      const files = [file("map.png", true), file("様式.pdf", false)];
      const found = files.filter((one) => one.name.includes(searchParams.get("q")));
      return tell("application/json", JSON.stringify({ total: found.length, files: found }));
    }
    const type = pathname.endsWith(".css") ? "text/css" : "text/javascript";
    try {
      tell(type, await readFile(new URL(`themes/admin/assets${pathname}`, root)));
    } catch {
      response.statusCode = 404;
      response.end();
    }
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  address = `http://127.0.0.1:${server.address().port}/`;
});
after(async () => {
  await browser?.close();
  server?.close();
});

async function open() {
  const tab = await browser.newPage({ viewport: { width: 360, height: 740 } });
  const errors = [];
  tab.on("pageerror", (error) => errors.push(error.message));
  await tab.goto(address);
  return { tab, errors };
}

test("an image goes into the body with its description, never without", async () => {
  const { tab, errors } = await open();
  await tab.locator("#body").focus();
  await tab.keyboard.press("Control+End");
  await tab.locator("#insert-path + button").click();
  await tab.getByLabel("名前でさがす").fill("map");
  await tab.getByText("1件", { exact: true }).waitFor();
  await tab.getByRole("radio").check();
  await tab.getByRole("button", { name: "これを入れる" }).click();
  assert.equal(await tab.locator("dialog").evaluate((one) => one.open), true, "the description is asked for");
  await tab.getByLabel("写真の説明").fill("北町の案内図");
  assert.deepEqual(await accessibilityProblems(tab), []);
  await tab.keyboard.press("Enter");
  assert.equal(await tab.locator("#body").inputValue(), "前の文![北町の案内図](files/map.png)");
  assert.equal(await tab.evaluate(() => document.documentElement.scrollWidth), 360);
  assert.deepEqual(errors, []);
});

test("a new file is sent at once, or the reason against it is read", async () => {
  const { tab, errors } = await open();
  await tab.locator("#row + button").click();
  await tab.getByText("2件", { exact: true }).waitFor();
  answer = { kept: null, notes: [], error: { what: "SVG 画像は置けません。", advice: "PNG に書き出してください。" } };
  await tab.getByLabel("手元のファイル").setInputFiles(image.pathname);
  await tab.getByRole("alert").getByText("PNG に書き出してください").waitFor();
  answer = { kept: file("新しい.png", true), notes: ["縮めました。"], error: null };
  await tab.getByLabel("手元のファイル").setInputFiles(image.pathname);
  await tab.getByText("置きました。 縮めました。").waitFor();
  assert.ok(sent.indexOf("a-token") > 0 && sent.indexOf("a-token") < sent.indexOf('name="file"'), "the token comes first");
  await tab.keyboard.press("Enter");
  assert.equal(await tab.locator("#row").inputValue(), "files/新しい.png");
  // A row that is added later has the button too.
  await tab.evaluate(() => {
    const row = document.createElement("input");
    row.name = "attachments.1.file";
    document.getElementById("rows").append(row);
  });
  await tab.locator("[name='attachments.1.file'] + button").waitFor();
  assert.deepEqual(errors, []);
});
