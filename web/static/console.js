// Small conveniences; every page works without them.
"use strict";

// What is wrong is read first.
document.querySelector("[data-focus]")?.focus();

// One click sends once.
for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", () => {
    setTimeout(() => form.querySelectorAll("button").forEach((b) => (b.disabled = true)), 0);
  });
}
addEventListener("pageshow", () => document.querySelectorAll("form[data-once] button").forEach((b) => (b.disabled = false)));

// What was said is said once: reloading the page does not say it again.
const here = new URL(location.href);
const said = here.searchParams.get("said");
if (said) {
  here.searchParams.delete("said");
  history.replaceState(null, "", here);
}

// A draft stays in this browser until it has been handed in.
const done = said === "handed-in";
for (const box of document.querySelectorAll("textarea[data-keep]")) {
  const key = "draft:" + box.dataset.keep.split("/").pop();
  try {
    if (!done && !box.value) box.value = localStorage.getItem(key) || "";
    box.addEventListener("input", () => localStorage.setItem(key, box.value));
  } catch { /* a browser that keeps nothing */ }
}
if (done) {
  try { localStorage.removeItem("draft:" + location.pathname.split("/").pop()); } catch { /* likewise */ }
}

// Drop a document anywhere on its field.
for (const zone of document.querySelectorAll("[data-drop]")) {
  const input = zone.querySelector("input[type=file]");
  for (const name of ["dragenter", "dragover"]) zone.addEventListener(name, (e) => { e.preventDefault(); zone.classList.add("over-it"); });
  for (const name of ["dragleave", "drop"]) zone.addEventListener(name, () => zone.classList.remove("over-it"));
  zone.addEventListener("drop", (e) => { e.preventDefault(); input.files = e.dataTransfer.files; input.dispatchEvent(new Event("change")); });
  input.addEventListener("change", () => {
    const shown = zone.querySelector("[data-chosen]");
    if (shown && input.files.length) shown.textContent = Array.from(input.files, (f) => f.name).join(", ");
  });
}

// What opens over the page closes when it is left, and with Escape.
for (const menu of document.querySelectorAll("details[data-menu]")) {
  menu.addEventListener("focusout", (e) => { if (e.relatedTarget && !menu.contains(e.relatedTarget)) menu.open = false; });
  menu.addEventListener("keydown", (e) => {
    if (e.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
}

// A page that is made to be printed says so; without scripts the browser's own menu does it.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

// Tick every box of a list.
for (const all of document.querySelectorAll("[data-all]")) {
  all.addEventListener("change", () => document.querySelectorAll(all.dataset.all).forEach((b) => (b.checked = all.checked)));
}

// An answer is kept on the server while it is written, without its files.
for (const form of document.querySelectorAll("form[data-draft]")) {
  const state = form.querySelector("[data-kept]");
  let waiting;
  const keep = async () => {
    const data = new FormData(form);
    for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
    try {
      const answer = await fetch(form.dataset.draft, { method: "POST", body: data, redirect: "manual" });
      if (answer.type === "opaqueredirect") state.textContent = `${state.dataset.words} ${new Date().toTimeString().slice(0, 5)}`;
    } catch { /* no network now; the next change tries again */ }
  };
  form.addEventListener("input", (e) => {
    if (e.target.type === "file") return;
    clearTimeout(waiting);
    waiting = setTimeout(keep, 1500);
  });
  form.addEventListener("submit", () => clearTimeout(waiting));
}

// A page that came as the answer to an upload, in the place of the one that sent it.
function showAnswer(text) {
  const page = new DOMParser().parseFromString(text, "text/html");
  document.title = page.title;
  document.querySelector("main").replaceWith(page.querySelector("main"));
  document.querySelector("[data-focus]")?.focus();
}

// Large files show how far they are.
for (const form of document.querySelectorAll("form[data-uploads]")) {
  form.addEventListener("submit", (e) => {
    if (![...form.querySelectorAll("input[type=file]")].some((i) => i.files.length)) return;
    e.preventDefault();
    const bar = form.querySelector("[data-uploading]"), send = new XMLHttpRequest();
    const data = new FormData(form);
    bar.hidden = false;
    send.upload.addEventListener("progress", (p) => {
      const part = Math.round((100 * p.loaded) / p.total);
      bar.querySelector("progress").value = part;
      bar.querySelector("[data-percent]").textContent = `${part} %`;
    });
    send.addEventListener("load", () => {
      if (send.status < 400 && send.responseURL) return location.assign(send.responseURL);
      showAnswer(send.responseText);
    });
    send.addEventListener("error", () => { bar.hidden = true; form.querySelectorAll("button").forEach((b) => (b.disabled = false)); form.submit(); });
    send.open("POST", e.submitter?.getAttribute("formaction") || form.action);
    send.send(data);
  });
}

// What was being typed when the session ended goes along to the office's own sign-in and comes back.
document.addEventListener("click", (e) => {
  const link = e.target.closest?.("a[data-carry]");
  const kept = link && document.querySelector("input[name=kept]");
  try {
    if (kept) sessionStorage.setItem("carry", JSON.stringify({ path: link.dataset.carry, kept: JSON.parse(kept.value) }));
  } catch { /* a browser that keeps nothing */ }
});
const carrier = document.querySelector("template#carried");
if (carrier) {
  let carried = null;
  try {
    carried = JSON.parse(sessionStorage.getItem("carry"));
    sessionStorage.removeItem("carry");
  } catch { /* likewise */ }
  if (carried) {
    const section = carrier.content.cloneNode(true);
    const form = section.querySelector("form");
    form.action = carried.path;
    for (const [name, values] of Object.entries(carried.kept)) {
      for (const value of values) {
        const long = value.length > 60 || value.includes("\n");
        const box = document.createElement(long ? "textarea" : "input");
        if (long) { box.rows = 5; box.setAttribute("aria-label", name); } else box.type = "hidden";
        box.name = name;
        box.value = value;
        form.prepend(box);
      }
    }
    document.querySelector("main").prepend(section);
  }
}
