// Files: drop them onto the form, copy what to write. All of it also works
// without this script.

for (const form of document.querySelectorAll("form[data-upload]")) {
  const input = form.querySelector("input[type=file]");
  const zone = input.closest(".drop");
  const over = (event, on) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    zone.classList.toggle("over", on);
  };
  zone.addEventListener("dragover", (event) => over(event, true));
  zone.addEventListener("dragleave", (event) => over(event, false));
  zone.addEventListener("drop", (event) => {
    over(event, false);
    if (event.dataTransfer?.files.length) {
      input.files = event.dataTransfer.files;
      input.focus();
    }
  });
  form.addEventListener("submit", () => {
    // A second press would send everything twice.
    for (const button of form.querySelectorAll("button")) button.disabled = true;
    form.setAttribute("aria-busy", "true");
  });
  // Back from the answer by the browser's button.
  addEventListener("pageshow", () => {
    for (const button of form.querySelectorAll("button")) button.disabled = false;
    form.removeAttribute("aria-busy");
  });
}

for (const button of document.querySelectorAll("button[data-copy]")) {
  const field = document.getElementById(button.dataset.copy);
  const said = button.parentElement.querySelector("[data-copied]");
  button.addEventListener("click", async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      document.execCommand("copy");
    }
    said.textContent = said.dataset.copied;
  });
}
