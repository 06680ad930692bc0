// Debian's Chromium for tests: nothing is downloaded, nothing but loopback is asked.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** A browser with a profile of its own; close it after use. */
export function launch() {
  const args = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
  ];
  // Chromium refuses its sandbox to root, as in most containers.
  if (process.getuid() === 0) args.push("--no-sandbox");
  const executablePath = process.env.KAIRAN_TEST_CHROMIUM ?? "/usr/bin/chromium";
  return chromium.launch({ executablePath, args });
}

/** What axe finds against WCAG 2.1 A and AA on a page: one line a finding, an empty list if nothing. */
export async function accessibilityProblems(page) {
  // Not as a script of the page: its Content-Security-Policy allows none.
  await page.evaluate(axe);
  const result = await page.evaluate(() =>
    globalThis.axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"] }),
  );
  return result.violations.flatMap((rule) =>
    rule.nodes.map((node) => `${rule.id}: ${node.target.join(" ")}: ${rule.help}`),
  );
}
