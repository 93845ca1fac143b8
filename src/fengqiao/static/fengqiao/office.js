/* The office page's hands: keys, dialogs, menus, where the focus goes, files to upload.
   Everything is told by data attributes, so pages bring no script of their own.

   Keys: / search, j k move in a list, Enter open, e the primary act (data-primary) of the row or page, g + letter go
   (data-go in the menu), Ctrl+Enter submit, Esc close, ? help; any button may claim a key with data-key and data-key-label. */
(() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const seen = (element) => element && element.getClientRects().length > 0;
  const typing = (element) => element && element.closest("input:not([type=checkbox],[type=radio],[type=button],[type=submit]), textarea, select, [contenteditable]");

  // --- keys
  let going = 0;
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      const steps = $$("form.fq-form[data-form]", $("main") || document);
      const form = (event.target.closest && event.target.closest("form")) || (steps.length === 1 ? steps[0] : null);
      if (form) { event.preventDefault(); form.requestSubmit(); }
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (lookup(event)) return;
    if (event.key === "Escape") return escape(event);
    if (typing(event.target) || $("dialog[open]")) return;
    if (going && Date.now() - going < 1500) {
      going = 0;
      const there = $(`[data-go="${CSS.escape(event.key)}"]`);
      if (there) { event.preventDefault(); there.click(); }
      return;
    }
    const known = { "/": search, "j": () => move(1), "k": () => move(-1), "e": act, "?": () => open("keys"), "g": () => { going = Date.now(); } };
    const todo = claimed(event.key) || known[event.key];
    if (!todo) return;
    event.preventDefault();
    todo();
  });

  // a field that looks names up (data-lookup = id of the list): ↓ into the list, ↑ ↓ in it, Esc back
  function lookup(event) {
    const field = event.target.closest && event.target.closest("[data-lookup]");
    const list = field ? document.getElementById(field.dataset.lookup) : event.target.closest && event.target.closest("[data-choices]");
    const choices = list ? $$("button", list) : [];
    if (!choices.length || !["ArrowDown", "ArrowUp", "Escape"].includes(event.key)) return false;
    const at = choices.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
    const next = event.key === "Escape" || at < 0 ? $(`[data-lookup="${list.id}"]`) : choices[Math.min(at, choices.length - 1)];
    if (event.key === "Escape") list.replaceChildren();
    event.preventDefault();
    if (!(field && event.key === "ArrowUp")) next.focus();
    return true;
  }

  function claimed(key) {
    const button = $$(`[data-key="${CSS.escape(key)}"]`).find((one) => seen(one) || one.closest("[data-menu]"));
    return button && (() => {
      button.click();
      const first = button.tagName === "SUMMARY" && button.parentElement.open && $("input, textarea", button.parentElement);
      if (first) first.focus(); // what was unfolded by its key is typed into next
    });
  }
  function escape(event) {
    const menu = $("details[data-menu][open]");
    if (menu) { menu.open = false; $("summary", menu).focus(); }
    else if (typing(event.target)) event.target.blur();
  }
  function search() {
    const field = $("[data-search]");
    if (field) { field.focus(); field.select(); }
  }
  const rowLinks = () => $$("[data-list] .fq-row-link").filter(seen);
  function move(step) {
    const links = rowLinks();
    if (!links.length) return;
    const row = document.activeElement && document.activeElement.closest("[data-row]");
    const at = row ? links.findIndex((link) => row.contains(link)) : -1;
    const next = links[at < 0 ? (step > 0 ? 0 : links.length - 1) : Math.min(Math.max(at + step, 0), links.length - 1)];
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  }
  function act() {
    const row = document.activeElement && document.activeElement.closest("[data-row]");
    const button = row ? $("[data-primary]", row) : $$("[data-primary]").find((one) => seen(one) && !one.closest("[data-row]"));
    if (button) button.click();
  }

  // --- dialogs and menus
  function open(id) {
    const dialog = document.getElementById(id);
    if (!dialog || dialog.open) return;
    if (id === "keys") listKeys();
    dialog.dispatchEvent(new CustomEvent("fq:opening", { bubbles: true }));
    dialog.showModal();
  }
  function listKeys() {
    const lines = [["/", "搜索"], ["j k", "在列表中下移、上移"], ["Enter", "打开所选"], ["e", "办理：所选或本页的主要操作"], ["Ctrl Enter", "提交表单"], ["Esc", "关闭"]];
    for (const one of $$("[data-key][data-key-label]")) if (!lines.some(([key]) => key === one.dataset.key)) lines.push([one.dataset.key, one.dataset.keyLabel]);
    for (const one of $$("[data-go]")) lines.push([`g ${one.dataset.go}`, `去${$("span", one).textContent.trim()}`]);
    lines.push(["?", "本页快捷键"]);
    $("[data-keys]").replaceChildren(...lines.flatMap(([keys, words]) => {
      const term = document.createElement("dt");
      keys.split(" ").forEach((key, i) => { if (i) term.append(" "); term.append(Object.assign(document.createElement("kbd"), { textContent: key })); });
      return [term, Object.assign(document.createElement("dd"), { textContent: words })];
    }));
  }
  document.addEventListener("click", (event) => {
    const hit = (selector) => event.target.closest(selector);
    for (const menu of $$("details[data-menu][open]")) if (!menu.contains(event.target) || hit("[data-open]")) menu.open = false;
    const opener = hit("[data-open]");
    if (opener && opener.tagName === "BUTTON") {
      if (opener.dataset.signIn) document.dispatchEvent(new CustomEvent("fq:sign-in", { detail: opener.dataset.signIn }));
      else open(opener.dataset.open);
    }
    if (hit("[data-close]")) hit("dialog").close();
    if (hit("[data-dismiss]")) hit("[data-dismiss]").parentElement.remove();
    const drawer = hit("[data-drawer]");
    const nav = $(".fq-nav");
    if (drawer) {
      drawer.setAttribute("aria-expanded", String(nav.toggleAttribute("data-open")));
    } else if (nav && nav.hasAttribute("data-open") && !nav.contains(event.target)) {
      nav.removeAttribute("data-open");
      $("[data-drawer]").setAttribute("aria-expanded", "false");
    }
  });

  // --- asking before what cannot be taken back
  function ask({ text, title, word }) {
    const dialog = $("#confirm");
    const slot = (name) => $(`[data-confirm-slot="${name}"]`, dialog);
    slot("text").textContent = text;
    slot("title").textContent = title || "请确认";
    slot("act").textContent = word || "确定";
    dialog.returnValue = "";
    dialog.showModal();
    slot("act").focus();
    return new Promise((answer) => dialog.addEventListener("close", () => answer(dialog.returnValue === "yes"), { once: true }));
  }
  const question = (element) => ({ text: element.dataset.confirm, title: element.dataset.confirmTitle, word: element.dataset.confirmAct });
  const confirmed = new WeakSet();
  document.addEventListener("htmx:confirm", (event) => {
    const source = event.detail.triggeringEvent?.submitter?.closest("[data-confirm]") || event.target.closest("[data-confirm]");
    if (!event.detail.question && !source) return;
    event.preventDefault();
    ask(event.detail.question ? { text: event.detail.question } : question(source)).then((yes) => yes && event.detail.issueRequest(true));
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const source = event.submitter && event.submitter.dataset.confirm ? event.submitter : form;
    if (!source.dataset.confirm || form.matches("[hx-post],[hx-boost]") || confirmed.delete(form)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    ask(question(source)).then((yes) => { if (yes) { confirmed.add(form); form.requestSubmit(event.submitter); } });
  }, true);

  // --- a page that comes by htmx brings its body only: its own stylesheets are fetched with it
  function dress(page) {
    const head = new DOMParser().parseFromString(page || "", "text/html").head;
    for (const sheet of $$("link[rel=stylesheet]", head)) {
      const href = sheet.getAttribute("href");
      if (!$(`link[rel=stylesheet][href="${CSS.escape(href)}"]`, document.head)) document.head.append(document.importNode(sheet, true));
    }
  }

  // --- where the cursor goes: to the first wrong field, else to what asked for it, else it stays
  function settle(root) {
    const wrong = $("[data-errors]", root) && ($("[aria-invalid=true]", root) || $("[data-errors]", root));
    const wanted = wrong || $("[data-focus], [autofocus]", root);
    if (wanted) { wanted.focus(); wanted.scrollIntoView({ block: "center" }); }
    if (wanted && wanted.matches("[data-lookup]")) wanted.setSelectionRange(wanted.value.length, wanted.value.length); // the door number follows
    return Boolean(wanted);
  }
  let left = null;
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.boosted) dress(event.detail.serverResponse);
    const row = document.activeElement && document.activeElement.closest("[data-row]");
    left = row && row.dataset.row;
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (settle(event.detail.elt) || (document.activeElement && document.activeElement !== document.body)) return;
    const same = left && $(`[data-row="${CSS.escape(left)}"] .fq-row-link`);
    const place = same || $("h1, h2", event.detail.elt);
    if (!place) return;
    if (place !== same) place.tabIndex = -1;
    place.focus({ preventScroll: true });
  });
  document.addEventListener("DOMContentLoaded", () => {
    // on a phone the row of tabs is wider than the screen: the one that is open stands in the middle
    for (const tab of $$(".fq-tabs [aria-current], .fq-views [aria-current]")) tab.parentElement.scrollLeft = tab.offsetLeft - (tab.parentElement.clientWidth - tab.offsetWidth) / 2;
    settle(document);
  });

  // --- copying: a button data-copy="#id" copies that field's text; data-copy-now does it as soon as the field arrives
  function copy(field, told) {
    const done = () => { if (told) { told.hidden = false; told.textContent = "已复制，可到对方系统粘贴。"; } };
    const byHand = () => { // a page without TLS has no clipboard; the older way needs the text selected
      field.focus();
      field.select();
      if (document.execCommand("copy")) done();
      else if (told) { told.hidden = false; told.textContent = "浏览器不允许复制，文字已选中，请按 Ctrl+C。"; }
    };
    if (navigator.clipboard && window.isSecureContext) navigator.clipboard.writeText(field.value).then(done, byHand);
    else byHand();
  }
  const toldBy = (field) => $(`[data-copied="${CSS.escape(field.id)}"]`);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy]");
    const field = button && $(button.dataset.copy);
    if (field) copy(field, toldBy(field));
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    const field = $("[data-copy-now]", event.detail.elt.parentElement || event.detail.elt);
    if (!field) return;
    field.removeAttribute("data-copy-now");
    copy(field, toldBy(field));
  });

  // --- filters go at once for lists of choices
  document.addEventListener("change", (event) => {
    const form = event.target.matches("select") && event.target.closest("form[data-filter]");
    if (form) form.requestSubmit();
    if (event.target.type === "file") checkFiles(event.target);
  });
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-filter]")) return;
    for (const field of event.target.elements) if (field.name && !field.value) field.disabled = true; // keep the address short
    setTimeout(() => { for (const field of event.target.elements) field.disabled = false; });
  });

  // --- files: dropped ones, and too large ones told before they travel
  function checkFiles(input) {
    const box = input.closest("[data-upload]");
    if (!box) return;
    const limit = Number(box.dataset.maxMb) * 1024 * 1024;
    const large = [...input.files].find((file) => file.size > limit);
    const error = $("[data-upload-error]", box);
    error.hidden = !large;
    error.textContent = large ? `${large.name} 超过 ${box.dataset.maxMb} 兆，请拆分后再选。` : "";
    input.setCustomValidity(large ? error.textContent : "");
  }
  for (const kind of ["dragover", "dragleave", "drop"]) document.addEventListener(kind, (event) => {
    const box = event.target.closest && event.target.closest("[data-upload]");
    if (!box) return;
    event.preventDefault();
    $(".fq-drop", box).classList.toggle("fq-drop-over", kind === "dragover");
    if (kind !== "drop") return;
    const input = $("input[type=file]", box);
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
})();
