// Bad input at the desk: refused in plain words, and what was written stays. What is only rare goes through byte for byte.
import assert from "node:assert/strict";
import { mkdtemp, open as openFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32, deflateSync } from "node:zlib";
import { after, before } from "node:test";

import { until } from "./demo.mjs";
import { onBothDatabases } from "./office.mjs";
import { look } from "./staff.mjs";

const options = { now: "2026-11-30T10:00", refusals: [400, 413, 422] };

/** Beyond the basic plane, joined, combining, with variants: none of it may be tidied. */
const RARE = "𠮷野家さん、葛\u{e0100}飾区、か\u3099ぎ、👨‍👩‍👧‍👦、ﾊﾝｶｸ、①";
const map = new URL("../../examples/minori/files/hoken-center-map.png", import.meta.url).pathname;

onBothDatabases("bad input", options, (office, step) => {
  let folder;
  const file = (name) => join(folder, name);

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "kairan-bad-"));
    await writeFile(file("写真.png"), Buffer.concat([Buffer.from("MZ"), Buffer.alloc(4000, 7)]));
    await writeFile(file("図.svg"), '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>');
    await writeFile(file("爆弾.png"), bomb(30_000));
    const large = await openFile(file("とても大きい.pdf"), "w");
    await large.write("%PDF-1.7\n");
    await large.truncate(100 * 1024 * 1024);
    await large.close();
  });
  after(() => rm(folder, { recursive: true, force: true }));

  step("text of every kind is kept byte for byte", async () => {
    await office.copy("mezurashii-moji", "児童手当の手続きについて");
    const { page } = office.author;
    await page.locator("#title").fill(`児童手当の手続き ${RARE}`);
    await page.locator("#body").fill(`はじめの段落です。\n\n${RARE}\n\n終わりの段落です。\n`);
    await page.getByRole("button", { name: "保存する", exact: true }).last().click();
    await page.locator(".said").waitFor();
    assert.equal(await page.locator("#title").inputValue(), `児童手当の手続き ${RARE}`);
    assert.equal(await page.locator("#body").inputValue(), `はじめの段落です。\n\n${RARE}\n\n終わりの段落です。\n`);
    await page.frameLocator("#pv").getByText(RARE).first().waitFor();
  });

  step("a program, a drawing with a script, a bomb and a giant are refused beside the text", async () => {
    const { page } = office.author;
    await office.type(page, "legal_basis", "児童手当法（書きかけ）");
    await page.locator("#insert-path").locator("xpath=ancestor::details").evaluate((box) => (box.open = true));
    await page.locator("#insert-path + button").click();
    const upload = page.getByLabel("手元のファイルを新しく置く");
    const alert = page.locator("dialog [role=alert]");
    const refused = [];
    for (const name of ["写真.png", "図.svg", "爆弾.png", "とても大きい.pdf"]) {
      await upload.setInputFiles(file(name));
      const words = await until(`${name} is refused`, async () => {
        const text = (await alert.isVisible()) && (await alert.textContent());
        return text && !refused.includes(text) && text;
      });
      assert.doesNotMatch(words, /送れませんでした|undefined|error/i, name);
      refused.push(words);
    }
    await look(page, "refused");
  });

  step("an image is picked with what it shows, per use, and is there for citizens", async () => {
    const { page } = office.author;
    await page.getByLabel("手元のファイルを新しく置く").setInputFiles(map);
    await page.getByText("置きました。").waitFor();
    await page.locator("#picker-alt").fill(`窓口の案内図 ${RARE}`);
    await page.getByRole("button", { name: "これを入れる" }).click();
    assert.match(await page.locator("#body").inputValue(), /!\[窓口の案内図 .*\]\(files\/.*\.png\)/u);
    assert.equal(await page.locator("#legal_basis").inputValue(), "児童手当法（書きかけ）");
    await page.locator("#notice").uncheck();
    await office.submit("めずらしい文字が入っています。");
    await office.approve();
    await office.go(office.publisher, "/plan");
    await office.publishNow();
    const shown = office.publisher.page;
    await shown.goto(office.address("/articles/mezurashii-moji/"));
    const picture = shown.getByRole("img", { name: `窓口の案内図 ${RARE}` });
    assert.ok(await picture.evaluate((one) => one.complete && one.naturalWidth > 0), "the image is loaded");
    const { text } = await office.published("/articles/mezurashii-moji/");
    assert.ok(text.includes(RARE), "the very characters");
  });

  step("a comment that is too long is refused, and is still there", async () => {
    const { page } = office.author;
    await office.go(office.author, "/edit");
    await page.getByRole("tab", { name: "コメント" }).click();
    await page.getByText("コメントを書く").click();
    const long = "長".repeat(2001);
    await page.locator("#comment").fill(long);
    await page.getByRole("button", { name: "コメントを残す" }).click();
    await page.getByText("長すぎます。2000文字までで書いてください。").waitFor();
    assert.equal(await page.locator("#comment").inputValue(), long);
    await look(page, "comment-refused");
  });
});

/** A PNG of a few kB that would be `side` pixels high and wide. */
function bomb(side) {
  const chunk = (kind, data) => {
    const body = Buffer.concat([Buffer.from(kind), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, sum]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(side, 0);
  head.writeUInt32BE(side, 4);
  head.set([1, 0, 0, 0, 0], 8);
  const rows = deflateSync(Buffer.alloc((side / 8 + 1) * 2_000));
  return Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), chunk("IHDR", head), chunk("IDAT", rows), chunk("IEND", Buffer.alloc(0))]);
}

