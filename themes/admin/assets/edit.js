// The form of a document: saving by itself, rows, and who else has it open. Without this script the buttons of the form
// do the same.
const form = document.querySelector("form[data-autosave]");

// Japanese that is still being converted is left alone.
let composing = false;
document.addEventListener("compositionstart", () => (composing = true));
document.addEventListener("compositionend", () => (composing = false));

// What a saving has to say moves the fields below it: not from under a press that is under way.
let pressed;
document.addEventListener("pointerdown", () => {
  pressed = new Promise((over) => {
    const later = () => setTimeout(over);
    for (const end of ["pointerup", "pointercancel"]) document.addEventListener(end, later, { once: true, capture: true });
  });
}, true);

if (form) {
  saving(form);
  rows(form);
  presence(form);
  const first = form.dataset.focus;
  if (first) jump(first);
}

/** Puts the cursor into a field, or into the first one of a group. */
function jump(id) {
  const found = document.getElementById(id);
  if (!found) return;
  for (let box = found.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
  const field = found.matches("input,select,textarea")
    ? found
    : found.querySelector("input:not([type=hidden]),select,textarea");
  (field ?? found).focus();
  (field ?? found).scrollIntoView({ block: "center" });
}

// A jump leads into the field, and to the line of the body.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href^='#']");
  if (!link || link.closest("[data-tabs]")) return;
  const id = decodeURIComponent(link.hash.slice(1));
  const target = document.getElementById(id);
  if (!target?.closest("form,fieldset") || target.matches(".pane,[id=pvh]")) return;
  event.preventDefault();
  jump(id);
  if (link.dataset.line && target.matches("textarea")) {
    const lines = target.value.split("\n");
    const start = lines.slice(0, link.dataset.line - 1).join("\n").length + (link.dataset.line > 1);
    target.setSelectionRange(start, start + (lines[link.dataset.line - 1] ?? "").length);
    target.scrollTop = (target.scrollHeight * (start / Math.max(1, target.value.length))) - target.clientHeight / 3;
  }
});

function saving(form) {
  const line = document.getElementById("safe");
  const words = line.querySelector("b");
  const kept = `kairan-edit:${form.action}`;
  const english = document.documentElement.lang === "en";
  const say = (ja, en) => (english ? en : ja);
  let timer, dirty = false, busy = false, tries = 0, leaving = false;

  const fields = () => {
    const data = new URLSearchParams();
    for (const [name, value] of new FormData(form)) data.append(name, value);
    return data;
  };
  const show = (text, state) => {
    words.textContent = text;
    line.classList.toggle("bad", state === "bad");
    if (state === "busy") line.dataset.busy = "";
    else delete line.dataset.busy;
  };
  const store = (data) => {
    try {
      if (data) sessionStorage.setItem(kept, data.toString());
      else sessionStorage.removeItem(kept);
    } catch {
      // Without a store the page itself still has the text.
    }
  };

  async function save() {
    if (busy || !dirty) return;
    if (composing) return later();
    busy = true;
    dirty = false;
    const data = fields();
    show(say("保存しています…", "Saving…"), "busy");
    try {
      const answer = await fetch(form.dataset.autosave, { method: "POST", body: data });
      if (answer.status === 401) throw new Error("login");
      if (answer.status === 403) throw new Error("forbidden");
      if (!answer.ok) throw new Error(String(answer.status));
      const told = await answer.json();
      await pressed;
      tries = 0;
      store(null);
      if (told.saved_at) show(told.line);
      else show(told.refused, "bad");
      document.dispatchEvent(new CustomEvent("kairan:saved", { detail: told }));
    } catch (error) {
      dirty = true;
      store(data);
      tries += 1;
      show(
        error.message === "login"
          ? say("ログインが切れました。別のタブでログインすると、ここから続けられます。", "You were logged out. Log in in another tab to go on here.")
          : say("保存できませんでした。この画面を閉じないでください。もう一度試します。", "Could not save. Keep this page open; trying again."),
        "bad",
      );
    } finally {
      busy = false;
      if (dirty) later(tries ? Math.min(30000, 2000 * 2 ** tries) : 1500);
    }
  }
  function later(wait = 1500) {
    clearTimeout(timer);
    timer = setTimeout(save, wait);
  }

  const changed = (event) => {
    if (!event.target.name || event.target.name.startsWith("pv") || event.target.form !== form) return;
    if (event.target.name === "version_name" || /\.(new|add)$/.test(event.target.name)) return;
    dirty = true;
    if (!event.isComposing) later();
  };
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  form.addEventListener("compositionend", changed);
  form.addEventListener("submit", (event) => {
    if (event.submitter?.formTarget === "_blank") return;
    leaving = true;
    clearTimeout(timer);
    try {
      // Back at the same place after saving.
      sessionStorage.setItem("kairan-scroll", JSON.stringify(places().map((one) => one.scrollTop)));
    } catch {
      // Then at the top.
    }
  });
  const places = () => [document.scrollingElement, ...document.querySelectorAll(".full .form,.panes")];
  try {
    const before = JSON.parse(sessionStorage.getItem("kairan-scroll") ?? "null");
    sessionStorage.removeItem("kairan-scroll");
    if (before && !form.dataset.focus && !location.hash) places().forEach((one, at) => (one.scrollTop = before[at] ?? 0));
  } catch {
    // As above.
  }

  addEventListener("pagehide", () => {
    if (!dirty || leaving) return;
    const data = fields();
    store(data);
    // Browsers take up to 64 kB along when a page is left.
    if (data.toString().length < 60000) navigator.sendBeacon(form.dataset.autosave, data);
  });
  addEventListener("beforeunload", (event) => {
    if (dirty && tries && !leaving) event.preventDefault();
  });

  // What could not be sent the last time goes first.
  let left = null;
  try {
    left = sessionStorage.getItem(kept);
  } catch {
    // Nothing was kept.
  }
  // It may have come along another way, such as through a log-in.
  const typed = (data) => {
    for (const one of form.querySelectorAll("input[type=hidden]")) data.delete(one.name);
    return data.toString();
  };
  if (left && typed(new URLSearchParams(left)) === typed(fields())) {
    left = null;
    store(null);
  }
  if (left) {
    const data = new URLSearchParams(left);
    data.set("csrf_token", form.elements.csrf_token.value);
    fetch(form.dataset.autosave, { method: "POST", body: data }).then((answer) => {
      if (!answer.ok) return;
      store(null);
      leaving = true;
      location.assign(`${form.getAttribute("action")}?text=autosave`);
    });
  }

  document.addEventListener("kairan:saved", ({ detail }) => {
    const stale = document.querySelector(".stale");
    stale.hidden = !detail.stale;
    stale.querySelector("span").textContent = detail.stale ?? "";
    document.querySelector("[data-checks]").innerHTML = detail.checks;
    const count = document.querySelector("[data-count=checks]");
    count.firstChild.textContent = detail.errors || detail.warnings;
    count.classList.toggle("e", detail.errors > 0);
    const next = document.querySelector("#next span");
    if (next && detail.next) {
      const { text, href, link } = detail.next;
      const way = Object.assign(document.createElement("a"), { href, textContent: link });
      next.replaceChildren(text, ...(href ? [" ", way] : []));
    }
    document.querySelector("[data-crumb]").innerHTML = detail.crumb;
    for (const [id, html] of detail.verdicts) {
      const place = document.querySelector(`[data-verdict="${id}"]`);
      if (place) place.innerHTML = html;
    }
    const messages = new Map(detail.messages);
    for (const field of form.querySelectorAll("[data-field]")) {
      const place = document.getElementById(`${field.dataset.field}-m`);
      const html = messages.get(field.dataset.field);
      if (place) {
        const fresh = document.createElement("template");
        fresh.innerHTML = html ?? "";
        place.replaceChildren(...(fresh.content.firstElementChild?.childNodes ?? []));
      }
      const bad = html?.includes('class="msg e"') ?? false;
      field.classList.toggle("e", bad);
      const input = document.getElementById(field.dataset.field);
      if (input?.matches("input,select,textarea")) {
        if (bad) input.setAttribute("aria-invalid", "true");
        else input.removeAttribute("aria-invalid");
      }
    }
  });
}

// Rows are added, taken away and moved without leaving the page.
function rows(form) {
  form.addEventListener("click", async (event) => {
    const button = event.target.closest("button[name=do]");
    const section = button?.closest(".sec");
    if (!section || !/^(add|remove|up|down|find|text|rows):/.test(button.value)) return;
    event.preventDefault();
    const data = new URLSearchParams();
    for (const [name, value] of new FormData(form)) data.append(name, value);
    data.set("do", button.value);
    button.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(form.action, { method: "POST", body: data });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById(section.id);
      if (!answer.ok || !fresh) throw new Error(String(answer.status));
      section.replaceWith(document.adoptNode(fresh));
      const focus = page.querySelector("form[data-focus]")?.dataset.focus;
      if (focus) jump(focus);
      fresh.querySelector("input,select,textarea")?.dispatchEvent(new Event("input", { bubbles: true }));
      document.dispatchEvent(new CustomEvent("kairan:section", { detail: fresh }));
    } catch {
      button.name = "do";
      form.requestSubmit(button);
    }
  });
}

// Who else is here.
function presence(form) {
  const note = document.querySelector(".turn");
  const text = note.querySelector("[data-turn]");
  const token = form.elements.csrf_token.value;
  const sign = async () => {
    try {
      const body = new URLSearchParams({ csrf_token: token });
      const answer = await fetch(form.dataset.presence, { method: "POST", body });
      if (!answer.ok) return;
      const told = await answer.json();
      note.hidden = !told.line;
      if (told.line && text.textContent !== told.line) text.textContent = told.line;
    } catch {
      // The next sign says it again.
    }
  };
  // At once too: the page before this one may say that it was left only now.
  sign();
  setInterval(() => document.visibilityState === "visible" && sign(), 30000);
  // Whoever saves or takes over comes back at once.
  let staying = false;
  document.addEventListener("submit", (event) => (staying = event.submitter?.formTarget !== "_blank"));
  addEventListener("pagehide", () => {
    if (staying) return;
    navigator.sendBeacon(form.dataset.presence, new URLSearchParams({ csrf_token: token, leaving: "1" }));
  });
}
