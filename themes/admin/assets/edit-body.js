// The body's tools, lengths, and dates in words. Without this script the text is written as it is, and dates are said
// after saving.
const body = document.getElementById("body");
const english = document.documentElement.lang === "en";

/** Puts text in place of what is marked, so that the browser's own undo takes it back. */
function put(text, start, end, from, to) {
  body.focus();
  body.setSelectionRange(start, end);
  if (!document.execCommand("insertText", false, text)) {
    body.setRangeText(text, start, end, "end");
    body.dispatchEvent(new Event("input", { bubbles: true }));
  }
  body.setSelectionRange(from, to);
}

function insert(kind, mark) {
  const { value, selectionStart: start, selectionEnd: end } = body;
  const chosen = value.slice(start, end);
  const begin = value.lastIndexOf("\n", start - 1) + 1;
  const stop = value.indexOf("\n", end) < 0 ? value.length : value.indexOf("\n", end);
  const around = (before, inner, after) => {
    const at = start + before.length;
    put(before + inner + after, start, end, at, at + inner.length);
  };
  if (kind === "line") {
    const lines = value.slice(begin, stop).split("\n").map((line, at) => {
      const sign = mark === "1. " ? `${at + 1}. ` : mark;
      return sign + line.replace(/^(#{1,6} |[-*] |\d+\. )/, "");
    });
    const text = lines.join("\n");
    put(text, begin, stop, begin + text.length, begin + text.length);
  } else if (kind === "wrap") {
    around(mark, chosen || (english ? "text" : "ことば"), mark);
  } else if (kind === "link") {
    const text = chosen || (english ? "the page's name" : "リンク先の名前");
    const at = start + text.length + 3;
    put(`[${text}](https://)`, start, end, at, at + 8);
  } else if (kind === "image") {
    const box = document.getElementById("insert-path");
    box.closest("details").open = true;
    box.focus();
  } else if (kind === "table") {
    const [a, b] = english ? ["Heading", "Heading"] : ["見出し", "見出し"];
    const text = `\n| ${a} | ${b} |\n| --- | --- |\n| ${chosen} |  |\n`;
    put(text, start, end, start + text.length, start + text.length);
  } else if (kind === "ruby") {
    const text = chosen || "漢字";
    const at = start + text.length + 2;
    put(`{${text}|よみ}`, start, end, at, at + 2);
  } else if (kind === "file") {
    const path = document.getElementById("insert-path");
    const text = document.getElementById("insert-text");
    const picture = /\.(png|jpe?g|gif|webp|svg)$/i.test(path.value);
    if (!path.value) return path.focus();
    if (!text.value) return text.focus();
    const piece = `${picture ? "!" : ""}[${text.value}](${path.value.trim()})`;
    put(piece, start, end, start + piece.length, start + piece.length);
    path.value = text.value = "";
  }
}

if (body && !body.disabled) {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-ins]");
    if (button) insert(button.dataset.ins, button.dataset.with);
  });
}

// The toolbar is one stop of the Tab key; arrow keys move inside it.
for (const bar of document.querySelectorAll("[role=toolbar]")) {
  const buttons = [...bar.querySelectorAll("button")];
  buttons.forEach((button, at) => {
    button.tabIndex = at ? -1 : 0;
    button.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const next = buttons[(at + step + buttons.length) % buttons.length];
      for (const one of buttons) one.tabIndex = one === next ? 0 : -1;
      next.focus();
    });
  });
}

// 令和8年12月25日（金曜日）午後5時
function said(date, time) {
  const [year, month, day] = date.split("-").map(Number);
  if (!year || !month || !day) return "";
  const at = new Date(Date.UTC(year, month - 1, day));
  if (english) {
    const long = { weekday: "long", day: "numeric", month: "long", year: "numeric", timeZone: "UTC" };
    return at.toLocaleDateString("en-GB", long) + (time ? `, ${time}` : "");
  }
  const reiwa = date >= "2019-05-01" ? year - 2018 : 0;
  const words = `${reiwa ? `令和${reiwa === 1 ? "元" : reiwa}` : year}年${month}月${day}日（${"日月火水木金土"[at.getUTCDay()]}曜日）`;
  const [hour, minute] = time.split(":").map(Number);
  if (!time) return words;
  if (hour === 12 && !minute) return `${words}正午`;
  return `${words}${hour < 12 ? "午前" : "午後"}${hour % 12}時${minute ? `${minute}分` : ""}`;
}

document.addEventListener("input", (event) => {
  const moment = event.target.closest("[data-moment]");
  if (moment) {
    const [date, time] = moment.querySelectorAll("input");
    if (date.type === "date") moment.querySelector(".say").textContent = said(date.value, time.value);
  }
  const counter = event.target.id && document.querySelector(`[data-counts="${CSS.escape(event.target.id)}"]`);
  if (counter && !event.isComposing) {
    const n = [...event.target.value.replaceAll("\r\n", "\n")].length;
    counter.textContent = english ? `${n} / ${counter.dataset.max} characters` : `${n} / ${counter.dataset.max}文字`;
    counter.classList.toggle("over", n > Number(counter.dataset.max));
  }
  const mirror = event.target.id && document.querySelector(`[data-mirror="${CSS.escape(event.target.id)}"]`);
  if (mirror) mirror.textContent = event.target.value || "…";
});
