// Screens of publishing: they renew themselves while something is under way, and count what is typed. All of it is a bonus.
const main = document.querySelector("main[data-refresh]");

if (main) {
  let every = Number(main.dataset.refresh);
  const busy = () => document.activeElement?.closest("main form")?.querySelector("textarea, input:not([type=hidden])");
  const renew = async () => {
    // Nothing moves under the hands of somebody who is typing, or while nobody looks.
    if (busy() || document.hidden) return setTimeout(renew, every);
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      if (!answer.ok) return setTimeout(renew, every * 4);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector("main");
      if (!fresh) return;
      const keep = document.activeElement?.id;
      main.replaceChildren(...fresh.childNodes);
      if (keep) document.getElementById(keep)?.focus();
      every = Number(fresh.dataset.refresh);
      if (every) setTimeout(renew, every);
      // What was said at the beginning is over as well.
      else document.querySelector(".said")?.remove();
    } catch {
      setTimeout(renew, every * 4);
    }
  };
  setTimeout(renew, every);
}

// Letters typed, as the reader's screen counts them.
for (const field of document.querySelectorAll("[data-count]")) {
  const out = document.getElementById(field.dataset.count);
  field.addEventListener("input", (event) => {
    if (event.isComposing || !out) return;
    out.textContent = `${[...field.value].length} / ${field.maxLength}`;
  });
}

// The chosen date in words, with the weekday.
const say = document.getElementById("say");
if (say) {
  const date = document.getElementById("date");
  const time = document.getElementById("time");
  const lang = document.documentElement.lang;
  const words = () => {
    const at = new Date(`${date.value}T${time.value || "00:00"}`);
    if (Number.isNaN(at.getTime())) return;
    const options = { dateStyle: "full", timeStyle: "short" };
    const era = lang === "ja" ? "ja-JP-u-ca-japanese" : lang;
    const text = new Intl.DateTimeFormat(era, options).format(at);
    say.replaceChildren(...[...say.children].filter((one) => one.tagName === "svg"), text);
  };
  for (const field of [date, time]) field.addEventListener("change", words);
}
