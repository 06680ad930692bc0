// Chooses a file for the body or for an attachment, or sends a new one, without leaving what is being written. Without
// this script the path is typed; the list of files stands on a screen of its own.
const english = document.documentElement.lang === "en";
const say = (ja, en) => (english ? en : ja);
const FIELDS = "#insert-path, input[name$='.file']";

/** An element with attributes and children; text is never read as HTML. */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(name, "");
    else if (value !== false) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

const head = make("h2", { id: "picker-title", tabindex: "-1" }, say("ファイルを選ぶ", "Choose a file"));
const close = make("button", { class: "btn quiet push", type: "button" }, say("閉じる", "Close"));
const query = make("input", { id: "picker-q", type: "search", autocomplete: "off" });
const list = make("ul", { class: "picks", "aria-labelledby": "picker-title" });
const status = make("p", { class: "small dim", role: "status" });
const problem = make("p", { class: "note e", role: "alert", hidden: true });
const upload = make("input", { id: "picker-new", type: "file" });
const alt = make("input", { id: "picker-alt", autocomplete: "off", "aria-describedby": "picker-alt-h" });
const altHint = make("p", { class: "hint", id: "picker-alt-h" });
const altField = make("div", { class: "field", hidden: true },
  make("label", { for: "picker-alt" }, say("写真の説明・リンクのことば", "Description of the image, or words of the link")), altHint, alt);
const done = make("button", { class: "btn go", type: "button", disabled: true }, say("これを入れる", "Use this one"));
const dialog = make("dialog", { class: "card filepick", "aria-labelledby": "picker-title" },
  make("div", { class: "row" }, head, close),
  make("div", { class: "field" }, make("label", { for: "picker-q" }, say("名前でさがす", "Find by name")), query),
  list, status,
  make("div", { class: "field" }, make("label", { for: "picker-new" }, say("手元のファイルを新しく置く", "Add a new file")), upload),
  problem, altField, done);

let target = null;
let chosen = null;
let asked = 0;

/** A line of the list: a radio button, so that arrow keys move in it. */
function line(file) {
  const radio = make("input", { type: "radio", name: "picker-file", value: file.path });
  radio.addEventListener("change", () => choose(file));
  const picture = file.image
    ? make("img", { class: "thumb", src: file.raw, alt: "", loading: "lazy", width: "64", height: "48" })
    : make("span", { class: "thumb" }, file.name.split(".").pop().toUpperCase());
  const facts = [file.kind, file.size_text, file.width ? `${file.width}×${file.height}` : ""].filter(Boolean).join("　");
  return make("li", {}, make("label", {}, radio, picture,
    make("span", {}, make("b", {}, file.name), make("br"), make("span", { class: "small dim" }, facts))));
}

function choose(file) {
  chosen = file;
  const body = target.id === "insert-path";
  altField.hidden = !body;
  altHint.textContent = file.image
    ? say("何の画像かを書きます。見えない人に読み上げられます。", "Say what the image shows. It is read to those who cannot see it.")
    : say("種類と大きさは自動で付きます。", "Kind and size are added by themselves.");
  done.disabled = false;
}

async function search() {
  const turn = ++asked;
  const answer = await fetch(`/admin/files?q=${encodeURIComponent(query.value)}`, { headers: { Accept: "application/json" } });
  if (turn !== asked) return;
  if (!answer.ok) {
    status.textContent = say("一覧を読めませんでした。ログインを確かめてください。", "The list could not be read. See whether you are still logged in.");
    return;
  }
  const found = await answer.json();
  list.replaceChildren(...found.files.map(line));
  chosen = null;
  done.disabled = true;
  status.textContent = found.total > found.files.length
    ? say(`${found.total}件のうち新しい${found.files.length}件`, `The newest ${found.files.length} of ${found.total}`)
    : say(`${found.total}件`, `${found.total} files`);
}

/** Sends the chosen file at once and takes it, or says why it was refused. */
async function send() {
  if (!upload.files.length) return;
  problem.hidden = true;
  status.textContent = say("送っています…", "Sending…");
  const form = new FormData();
  form.append("csrf_token", document.querySelector("input[name=csrf_token]").value);
  form.append("file", upload.files[0]);
  try {
    const answer = await fetch("/admin/files/upload", { method: "POST", body: form, headers: { Accept: "application/json" } });
    const told = await answer.json();
    const [file] = told.files;
    if (file?.kept) {
      list.prepend(line(file.kept));
      list.querySelector("input").checked = true;
      choose(file.kept);
      status.textContent = [say("置きました。", "Added."), ...file.notes].join(" ");
      (altField.hidden ? done : alt).focus();
    } else {
      status.textContent = "";
      problem.textContent = `${file.error.what} ${file.error.advice}`;
      problem.hidden = false;
    }
  } catch {
    status.textContent = "";
    problem.textContent = say("送れませんでした。通信とログインを確かめて、もう一度選んでください。", "It could not be sent. See to the connection and the log-in, then choose it again.");
    problem.hidden = false;
  }
  upload.value = "";
}

function use() {
  if (!altField.hidden && !alt.value.trim()) return alt.focus();
  target.value = chosen.path;
  target.dispatchEvent(new Event("input", { bubbles: true }));
  target.dispatchEvent(new Event("change", { bubbles: true }));
  dialog.close();
  if (target.id !== "insert-path") return;
  document.getElementById("insert-text").value = alt.value.trim();
  document.querySelector("[data-ins=file]").click();
}

function open(field) {
  target = field;
  alt.value = field.id === "insert-path" ? document.getElementById("insert-text").value : "";
  altField.hidden = problem.hidden = true;
  query.value = "";
  dialog.showModal();
  head.focus();
  search();
}

/** A button beside each field for a path. */
function equip() {
  for (const field of document.querySelectorAll(FIELDS)) {
    if (field.dataset.equipped || field.disabled || field.closest("fieldset[disabled]")) continue;
    field.dataset.equipped = "yes";
    const button = make("button", { class: "btn", type: "button" }, say("選ぶ・置く", "Choose or add"));
    button.addEventListener("click", () => open(field));
    field.after(button);
  }
}

if (document.querySelector("form[data-autosave]")) {
  // Beside the form: what is in the dialog is no part of the document.
  document.body.append(dialog);
  close.addEventListener("click", () => dialog.close());
  done.addEventListener("click", use);
  upload.addEventListener("change", send);
  alt.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    // The body has the cursor by the time the key would act.
    event.preventDefault();
    use();
  });
  let timer;
  query.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(search, 250);
  });
  equip();
  new MutationObserver(equip).observe(document.querySelector("form[data-autosave]"), { childList: true, subtree: true });
}
