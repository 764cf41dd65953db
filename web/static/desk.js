// The coordinator's desk: lists by keyboard, sentences marked in a text, the way of an upload. Every page works without.
"use strict";

// ---- Keys: j and k walk through the rows and on to the next page; a letter of data-key does that; ? tells which there are.
const deskRows = [...document.querySelectorAll("[data-row]")];
const keyList = document.querySelector("dialog[data-keys]");
const remember = (name, value) => { try { return value === undefined ? localStorage.getItem(name) : localStorage.setItem(name, value); } catch { return null; } };
const keysOn = () => remember("keys") !== "off";
const currentRow = () => document.activeElement?.closest?.("[data-row]") || deskRows.find((r) => r.id && "#" + r.id === location.hash);

function walk(step) {
  const here = deskRows.indexOf(currentRow());
  const beyond = here < 0 ? null : document.querySelector(`nav.pages a[rel=${step > 0 ? "next" : "prev"}]`);
  if (beyond && !deskRows[here + step]) return beyond.click();
  const to = deskRows[here < 0 ? (step > 0 ? 0 : deskRows.length - 1) : Math.min(deskRows.length - 1, Math.max(0, here + step))];
  if (!to) return;
  to.focus({ preventScroll: true });
  to.scrollIntoView({ block: "center" });
}

function act(key) {
  const does = (e) => e.dataset.key.split(" ").includes(key) && !e.disabled;
  const row = currentRow();
  const found = (row && [...row.querySelectorAll("[data-key]")].find(does)) || [...document.querySelectorAll("[data-key]")].find((e) => !e.closest("[data-row]") && does(e));
  if (!found) return false;
  if (found.matches("textarea, input:not([type=checkbox])")) { found.closest("details")?.setAttribute("open", ""); found.focus(); }
  else { found.click(); if (found.matches("summary")) found.parentElement.querySelector("textarea, input:not([type=hidden])")?.focus(); }
  return true;
}

function tellKeys() {
  const known = new Map([["j, k", keyList.querySelector("[data-words-next]").textContent]]);
  for (const e of document.querySelectorAll("[data-key]")) known.set(e.dataset.key[0], e.dataset.says);
  known.set("?", keyList.querySelector("[data-words-help]").textContent);
  const list = keyList.querySelector("dl");
  list.replaceChildren(...[...known].flatMap(([key, says]) => [Object.assign(document.createElement("dt"), { textContent: key }), Object.assign(document.createElement("dd"), { textContent: says })]));
  keyList.querySelector("[data-keys-on]").checked = keysOn();
  keyList.showModal();
}

if (keyList) {
  for (const button of document.querySelectorAll("[data-help]")) { button.hidden = false; button.addEventListener("click", tellKeys); }
  keyList.querySelector("[data-keys-on]").addEventListener("change", (e) => remember("keys", e.target.checked ? "on" : "off"));
  document.addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey || keyList.open) return;
    if (e.key === "Escape" && document.activeElement?.matches("textarea, input")) return document.activeElement.closest("[data-row]")?.focus();
    if (document.activeElement?.matches("textarea, select, input:not([type=checkbox])")) return;
    if (e.key === "?") { e.preventDefault(); return tellKeys(); }
    if (!keysOn()) return;
    if (deskRows.length && (e.key === "j" || e.key === "k")) { e.preventDefault(); return walk(e.key === "j" ? 1 : -1); }
    if (e.key.length === 1 && act(e.key)) e.preventDefault();
  });
  // Work goes on where it was: at the row that the address names.
  if (location.hash) document.querySelector(`${CSS.escape(location.hash).replace("\\#", "#")}[data-row]`)?.focus({ preventScroll: true });
}

// ---- Ctrl+Enter in a field sends its form.
document.addEventListener("keydown", (e) => {
  if (e.key === "Enter" && (e.ctrlKey || e.metaKey) && e.target.matches("textarea")) e.target.form?.requestSubmit();
});

// ---- A sentence marked in the text becomes the words of a task that was missed.
const markButton = document.querySelector("[data-mark-words]");
if (markButton) {
  document.addEventListener("selectionchange", () => {
    const chosen = getSelection();
    const inside = chosen.rangeCount && !chosen.isCollapsed && chosen.anchorNode?.parentElement?.closest(".paper");
    markButton.hidden = !inside || String(chosen).trim().length < 8;
  });
  markButton.addEventListener("mousedown", (e) => e.preventDefault());
  markButton.addEventListener("click", () => {
    const chosen = getSelection();
    const range = chosen.getRangeAt(0);
    const piece = range.startContainer.parentElement.closest("[data-start]");
    const before = piece?.tagName === "SPAN" && range.startContainer.nodeType === 3 ? [...range.startContainer.data.slice(0, range.startOffset)].length : 0;
    const words = document.getElementById("f-sentence");
    words.value = String(chosen).replace(/\s+/g, " ").trim();
    if (piece) document.querySelector("[data-start-field]").value = Number(piece.dataset.start) + before;
    markButton.hidden = true;
    document.getElementById("f-code").focus();
  });
}

// ---- A name from the directory takes the place of one that is not in it.
for (const button of document.querySelectorAll("[data-put]")) {
  button.addEventListener("click", () => {
    const field = document.getElementById("f-units");
    const names = field.value.split(/[;\n]/).map((n) => n.trim()).filter(Boolean);
    const at = names.indexOf(button.dataset.for);
    if (at < 0) names.push(button.dataset.put); else names[at] = button.dataset.put;
    field.value = [...new Set(names)].join("; ");
    field.focus();
  });
}

// ---- How far an upload is, and then that the document is being read.
for (const form of document.querySelectorAll("form[data-progress]")) {
  const shown = form.querySelector("[data-progress-shown]");
  form.addEventListener("submit", (e) => {
    const file = form.querySelector("input[type=file]")?.files[0];
    if (!file || !shown) return;
    e.preventDefault();
    shown.hidden = false;
    const bar = shown.querySelector("progress");
    const words = shown.querySelector("[data-words]");
    const sent = new XMLHttpRequest();
    sent.upload.addEventListener("progress", (p) => { bar.max = p.total; bar.value = p.loaded; words.textContent = `${words.dataset.words} ${Math.round((100 * p.loaded) / p.total)} %`; });
    sent.upload.addEventListener("load", () => { bar.removeAttribute("value"); words.textContent = words.dataset.then; });
    sent.addEventListener("load", () => {
      if (sent.status < 400) return location.assign(sent.responseURL);
      showAnswer(sent.responseText);
    });
    sent.addEventListener("error", () => { shown.hidden = true; form.querySelectorAll("button").forEach((b) => (b.disabled = false)); HTMLFormElement.prototype.submit.call(form); });
    sent.open("POST", form.action);
    sent.send(new FormData(form));
  });
}

// ---- What goes on behind the page is looked at again until it is done, a few minutes at most.
async function lookAgain(shown, left) {
  await new Promise((done) => setTimeout(done, 2000));
  const answer = await fetch(shown.dataset.poll).catch(() => null);
  if (!answer?.ok || !left) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(shown.id);
  if (!fresh) return shown.remove();
  shown.replaceWith(fresh);
  lookAgain(fresh, left - 1);
}
for (const shown of document.querySelectorAll("[data-poll]")) lookAgain(shown, 150);
