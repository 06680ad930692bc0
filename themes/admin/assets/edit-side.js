// Beside the form: the true page, the number of people, titles to choose from.
const form = document.querySelector("form[data-autosave]");
const frame = document.getElementById("pv");

/** Links of the page lead nowhere here; its own anchors do. */
function tame(frame) {
  const page = frame.contentDocument;
  page?.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link) return;
    const anchor = link.getAttribute("href");
    if (anchor.startsWith("#")) {
      event.preventDefault();
      page.getElementById(decodeURIComponent(anchor.slice(1)))?.scrollIntoView();
    }
  });
}
for (const one of document.querySelectorAll(".stage iframe")) one.addEventListener("load", () => tame(one));

// After every saving the page is shown anew, at the same place.
document.addEventListener("kairan:saved", ({ detail }) => {
  if (!frame || detail.refused) return;
  const address = new URL(frame.src, location.href);
  address.searchParams.set("v", detail.preview_version);
  const top = frame.contentWindow?.scrollY ?? 0;
  frame.addEventListener("load", () => frame.contentWindow?.scrollTo(0, top), { once: true });
  frame.contentWindow.location.replace(address.href);
});

// この条件に合う登録者: counted a moment after the last click.
if (form) {
  const box = document.getElementById("who");
  const part = (name) => box.querySelector(`[data-reach=${name}]`);
  const counts = (name) => /^(tags|target|notice)(\.|$)/.test(name) || name === "category";
  let timer, asked = 0, last = null;
  const number = (text) => Number(text.replaceAll(",", ""));
  const count = async () => {
    const mine = ++asked;
    const data = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (name !== "body") data.append(name, value);
    try {
      const answer = await fetch(form.dataset.audience, { method: "POST", body: data });
      // A later click has asked meanwhile.
      if (!answer.ok || mine !== asked) return;
      const told = await answer.json();
      const before = last ?? number(part("n").textContent);
      last = told.matched;
      for (const name of ["n", "mail", "line", "inbox_only", "why"]) part(name).textContent = told[name];
      const seal = document.querySelector("[data-seal=send] .tx");
      if (seal) seal.lastChild.textContent = told.telling;
      part("estimated").hidden = !told.estimated;
      box.classList.toggle("none", told.none);
      const delta = box.querySelector(".delta");
      const change = told.matched - before;
      delta.hidden = !change;
      const sign = change > 0 ? "＋" : "−";
      const size = Math.abs(change).toLocaleString("ja-JP");
      delta.textContent = document.documentElement.lang === "en"
        ? `${change > 0 ? "+" : "−"}${size} by the last change`
        : `いまの操作で ${sign}${size}人`;
      clearTimeout(timer);
      timer = setTimeout(() => (part("live").textContent = told.live), 600);
    } catch {
      // The number stays what it was; the button counts again.
    }
  };
  let wait;
  form.addEventListener("change", (event) => {
    if (!counts(event.target.name)) return;
    clearTimeout(wait);
    wait = setTimeout(count, 150);
  });

  // Titles under a box for references.
  const filled = new WeakMap();
  form.addEventListener("input", (event) => {
    const input = event.target;
    if (!("suggest" in input.dataset) || event.isComposing || input === form) return;
    clearTimeout(filled.get(input));
    filled.set(input, setTimeout(async () => {
      const list = document.getElementById(input.getAttribute("list"));
      if (input.value.trim().length < 1) return list.replaceChildren();
      const ask = new URLSearchParams({ q: input.value, kind: input.dataset.suggest });
      const answer = await fetch(`${form.dataset.suggest}?${ask}`);
      if (!answer.ok) return;
      const found = await answer.json();
      list.replaceChildren(...found.map(({ label }) => new Option(label, label)));
    }, 250));
  });
}
