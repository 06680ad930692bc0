// Small comforts. Every page is complete without this file.
(() => {
  const root = document.documentElement;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const keep = (key, value) => {
    try {
      return value === undefined ? localStorage.getItem(key) : localStorage.setItem(key, value);
    } catch {
      return null;
    }
  };
  const put = (key, value) => (value ? (root.dataset[key] = value) : delete root.dataset[key]);
  const LOOKS = ["theme", "size"];

  // Before the first paint, so that a chosen look never flashes.
  root.classList.add("js");
  LOOKS.forEach((key) => put(key, keep(key)));

  // 「受付中」 and the like on lists, from the windows they carry: 「開始/終了」 in Japan time, the end exclusive.
  const instant = (text) => (text ? Date.parse(`${text}+09:00`) : null);
  const state = (windows, soonDays, now) => {
    let before = false;
    let open = null;
    for (const window of windows.split(" ")) {
      const [opens, closes] = window.split("/").map(instant);
      if (opens !== null && now < opens) before = true;
      else if (closes === null) open = open ?? Infinity;
      else if (now < closes) open = Math.min(open ?? Infinity, closes);
    }
    if (open === null) return before ? ["before", "受付前"] : ["closed", "受付終了"];
    return open - now <= soonDays * 864e5 ? ["soon", "まもなく締切"] : ["open", "受付中"];
  };
  const showStates = () => {
    for (const list of all("[data-soon-days]")) {
      for (const item of all("[data-windows]", list)) {
        const [name, word] = state(item.dataset.windows, Number(list.dataset.soonDays), Date.now());
        const badge = document.createElement("span");
        badge.className = `state ${name}`;
        badge.textContent = word;
        const line = item.querySelector(".top-line");
        if (line) line.prepend(badge);
        else item.append(badge);
        item.classList.add(`is-${name}`);
      }
    }
  };

  // The top page carries 緊急 itself; other pages ask for it.
  const showEmergency = async () => {
    const place = document.querySelector("[data-emergency]");
    if (!place) return;
    try {
      const answer = await fetch("/data/v1/emergency.json", { cache: "no-cache" });
      const { items } = await answer.json();
      for (const { title, path, until } of items) {
        if (until && Date.now() >= instant(until)) continue;
        const line = document.createElement("div");
        const tag = document.createElement("p");
        const body = document.createElement("p");
        const link = document.createElement("a");
        line.className = "wrap";
        tag.className = "alert-tag";
        tag.textContent = "緊急";
        body.className = "alert-body";
        link.href = path;
        link.textContent = title;
        body.append(link);
        line.append(tag, body);
        place.append(line);
        place.hidden = false;
      }
    } catch {
      // Offline or not published: the page stands without it.
    }
  };

  addEventListener("DOMContentLoaded", () => {
    LOOKS.forEach((key) =>
      all(`input[name=${key}]`).forEach((radio) => {
        radio.checked = radio.value === (root.dataset[key] || "");
        radio.onchange = () => {
          put(key, radio.value);
          keep(key, radio.value);
        };
      }),
    );
    const ruby = document.querySelector("#ruby");
    if (ruby) {
      ruby.checked = keep("ruby") !== "off";
      ruby.onchange = () => keep("ruby", ruby.checked ? "on" : "off");
    }
    all("[data-print]").forEach((button) => (button.onclick = () => print()));
    addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      for (const panel of all(".view[open]")) {
        panel.open = false;
        panel.querySelector("summary").focus();
      }
    });
    showStates();
    showEmergency();
  });
})();
