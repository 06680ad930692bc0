// What every screen has: all of it is a bonus, and works without this script in another way.
const root = document.documentElement;
root.classList.add("js");

// 明るさ: what was chosen is kept in this browser.
try {
  const chosen = localStorage.getItem("kairan-theme");
  if (chosen) root.dataset.theme = chosen;
} catch {
  // Browsers that keep nothing follow the system.
}
document.querySelector("[data-theme-toggle]")?.addEventListener("click", () => {
  const dark = root.dataset.theme
    ? root.dataset.theme === "dark"
    : matchMedia("(prefers-color-scheme:dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  try {
    localStorage.setItem("kairan-theme", root.dataset.theme);
  } catch {
    // As above.
  }
});

// Tabs: links to sections without this script, tabs with it; arrow keys move.
for (const bar of document.querySelectorAll("[data-tabs]")) {
  const tabs = [...bar.querySelectorAll("a")];
  const pane = (tab) => document.getElementById(tab.hash.slice(1));
  const pick = (tab, focus) => {
    for (const one of tabs) {
      const on = one === tab;
      one.setAttribute("aria-selected", String(on));
      one.tabIndex = on ? 0 : -1;
      pane(one).hidden = !on;
    }
    if (focus) tab.focus();
  };
  bar.setAttribute("role", "tablist");
  tabs.forEach((tab, at) => {
    tab.setAttribute("role", "tab");
    tab.id = `tab-${tab.hash.slice(1)}`;
    tab.setAttribute("aria-controls", tab.hash.slice(1));
    pane(tab).setAttribute("role", "tabpanel");
    pane(tab).setAttribute("aria-labelledby", tab.id);
    tab.addEventListener("click", (event) => {
      event.preventDefault();
      pick(tab);
    });
    tab.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (step) pick(tabs[(at + step + tabs.length) % tabs.length], true);
    });
  });
  const asked = () => tabs.find((tab) => tab.hash === location.hash);
  pick(asked() ?? tabs[0]);
  addEventListener("hashchange", () => asked() && pick(asked(), true));
  // Any link to a tab opens it.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    const tab = link && !tabs.includes(link) && tabs.find((one) => one.hash === link.hash);
    if (tab) pick(tab, true);
  });
}

// One box for all boxes of its form with a name.
document.addEventListener("change", ({ target }) => {
  const name = target.dataset.all;
  if (!name) return;
  for (const box of target.form.querySelectorAll(`input[type=checkbox][name="${name}"]`)) box.checked = target.checked;
});
