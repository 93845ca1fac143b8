/* Nothing typed is lost, nothing is sent twice.

   <form method="post" action="…" data-form="disputes.note.0192…">  a draft per account and form key, kept in this browser for
   three days; sent by htmx, so the page stays when the network, the server or the session is gone. Give the key the record's
   id when the form belongs to a record. <form … data-once> has no draft, only the guard and the key.
   Both get a hidden `idempotency_key`; it stays the same until the server has taken the form, so a repeat is known as one.
   Never kept: passwords, files, hidden fields (the record's version comes from the server each time), data-no-draft fields. */
(() => {
  const KEPT = 3 * 24 * 3600 * 1000;
  const PREFIX = "fq:draft:";
  const account = document.body.dataset.account;
  const place = (form) => `${PREFIX}${account}:${form.dataset.form}`;
  const fields = (form) => [...form.elements].filter((field) => field.name && !field.matches("[type=hidden],[type=password],[type=file],[type=submit],button,fieldset,output,[data-no-draft]"));
  const strip = () => document.querySelector('[data-strip="send"]');
  let waiting = null; // the form whose sending failed

  const read = (form) => {
    try { return JSON.parse(localStorage.getItem(place(form))); } catch { return null; }
  };
  function values(form) {
    const found = {};
    for (const field of fields(form)) {
      const chosen = field.matches("[type=checkbox],[type=radio]") ? (field.checked ? [field.value] : [])
        : field.multiple ? [...field.selectedOptions].map((option) => option.value) : [field.value];
      found[field.name] = [...(found[field.name] || []), ...chosen];
    }
    return found;
  }
  function fill(form, kept) {
    const left = Object.fromEntries(Object.entries(kept).map(([name, list]) => [name, [...list]]));
    for (const field of fields(form)) {
      const list = left[field.name];
      if (!list) continue;
      if (field.matches("[type=checkbox],[type=radio]")) field.checked = list.includes(field.value);
      else if (field.multiple) for (const option of field.options) option.selected = list.includes(option.value);
      else field.value = list.length ? list.shift() : "";
    }
  }
  function save(form) {
    const draft = { at: Date.now(), key: form.elements.idempotency_key.value, values: values(form) };
    try { localStorage.setItem(place(form), JSON.stringify(draft)); } catch { tell("本机存储已满，草稿未能保存。请尽快提交。"); }
  }
  const drop = (form) => { localStorage.removeItem(place(form)); form.querySelector("[data-draft-note]")?.remove(); };

  function newKey() { // crypto.randomUUID needs https; a station's network may have none
    return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }
  function prepare(form) {
    if (form.dataset.ready) return;
    form.dataset.ready = "1";
    if (!form.elements.idempotency_key) form.prepend(Object.assign(document.createElement("input"), { type: "hidden", name: "idempotency_key" }));
    const key = form.elements.idempotency_key;
    if (!key.value) key.value = newKey();
    if (!form.dataset.form) return;
    if (!form.matches("[hx-post],[hx-boost]")) { form.setAttribute("hx-boost", "true"); window.htmx?.process(form); }
    const draft = read(form);
    if (!draft) return;
    key.value = draft.key;
    if (JSON.stringify(values(form)) === JSON.stringify(draft.values)) return;
    fill(form, draft.values);
    form.prepend(note(form, new Date(draft.at)));
    form.dispatchEvent(new CustomEvent("fq:restored", { bubbles: true }));
  }
  function note(form, at) {
    const line = Object.assign(document.createElement("p"), { className: "fq-draft" });
    line.dataset.draftNote = "";
    const time = at.toLocaleString("zh-CN", { timeZone: "Asia/Shanghai", month: "long", day: "numeric", hour: "2-digit", minute: "2-digit", hour12: false });
    const undo = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-sm", textContent: "放弃草稿" });
    undo.addEventListener("click", () => { form.reset(); drop(form); form.elements.idempotency_key.value = newKey(); });
    line.append(`已恢复 ${time} 未提交的内容。`, undo);
    return line;
  }
  const prepareAll = () => document.querySelectorAll("form[data-form], form[data-once]").forEach(prepare);

  function tell(words, form) {
    waiting = form || null;
    const line = strip();
    line.querySelector("[data-strip-text]").textContent = words;
    line.querySelector("[data-again]").hidden = !form;
    line.hidden = false;
  }
  function untell() { waiting = null; strip().hidden = true; }

  const asker = (event) => event.detail.requestConfig.elt; // detail.elt is the target, or gone after a swap

  // --- keep while typing
  let timer;
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (!form?.dataset.form || !form.dataset.ready) return;
    clearTimeout(timer);
    timer = setTimeout(save, 250, form);
  });
  const flush = () => document.querySelectorAll("form[data-form][data-ready]").forEach((form) => {
    if (fields(form).some((field) => field.value !== field.defaultValue && field.defaultValue !== undefined) && !form.dataset.sent) save(form);
  });
  addEventListener("pagehide", flush);

  // --- once only
  const guarded = (form) => form.matches?.("form[data-form], form[data-once]");
  function busy(form, on) {
    if (on) form.dataset.sending = "1"; else delete form.dataset.sending;
    for (const button of form.querySelectorAll("button:not([type=button])")) button.toggleAttribute("aria-busy", on);
    if (on) for (const button of form.querySelectorAll("button[aria-busy]")) button.setAttribute("aria-busy", "true");
  }
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!guarded(form)) return;
    prepare(form);
    const offline = !navigator.onLine;
    if (!offline && !form.dataset.sending) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (offline) { if (form.dataset.form) save(form); tell("网络已断开，还没有提交。填写的内容保存在本机。", form); }
  }, true);
  document.addEventListener("submit", (event) => { // plain forms; htmx prevents the default and is guarded below
    if (guarded(event.target) && !event.defaultPrevented) { busy(event.target, true); setTimeout(busy, 15000, event.target, false); }
  });
  document.addEventListener("htmx:beforeRequest", (event) => {
    const form = asker(event);
    if (!guarded(form)) return;
    clearTimeout(timer); // a save that came after the answer would bring the draft back
    if (form.dataset.form) save(form);
    busy(form, true);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = asker(event);
    if (!guarded(form)) return;
    busy(form, false);
    const status = event.detail.xhr.status;
    if (status < 200 || status >= 400) return;
    if (form.dataset.form) { drop(form); form.dataset.sent = "1"; }
    untell();
  });
  addEventListener("pageshow", () => document.querySelectorAll("form[data-sending]").forEach((form) => busy(form, false)));

  // --- what did not arrive, in words; the page stays as it is
  const lost = (event) => {
    const form = asker(event);
    if (form.matches("form")) tell(`未能送达，服务器没有应答。${form.dataset.form ? "填写的内容保存在本机。" : ""}`, form);
  };
  document.addEventListener("htmx:sendError", lost);
  document.addEventListener("htmx:timeout", lost);
  // htmx takes the body of the page that follows: the style sheets of its head come along
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (!detail.shouldSwap || detail.target !== document.body) return;
    for (const sheet of new DOMParser().parseFromString(detail.serverResponse, "text/html").querySelectorAll("head > link[rel=stylesheet]")) {
      if (!document.head.querySelector(`link[href="${sheet.getAttribute("href")}"]`)) document.head.append(sheet);
    }
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr } = event.detail;
    const elt = asker(event);
    if (xhr.status < 400 || xhr.status === 422) return;
    event.detail.shouldSwap = false;
    if (xhr.status === 401) { document.dispatchEvent(new CustomEvent("fq:sign-in", { detail: "expired" })); if (elt.matches("form")) tell("登录已过期，还没有提交。填写的内容保存在本机。", elt); return; }
    const page = new DOMParser().parseFromString(xhr.responseText, "text/html");
    if (page.querySelector("[data-stale]")) { // somebody was quicker: show both versions
      Object.assign(event.detail, { shouldSwap: true, target: document.body, swapOverride: "innerHTML", selectOverride: "unset", isError: false });
      return;
    }
    const reason = page.querySelector("[data-reason]")?.textContent.trim().replace(/\s+/g, " ");
    tell(reason || { 413: "文件或内容过大，没有提交。", 429: "操作过于频繁，请稍后再提交。" }[xhr.status] || "服务器出错，没有提交。填写的内容保存在本机，请稍后再提交。", elt.matches("form") && ![403, 404, 409].includes(xhr.status) ? elt : null);
  });
  document.addEventListener("click", (event) => { if (event.target.closest("[data-again]") && waiting?.isConnected) waiting.requestSubmit(); });

  const online = () => { document.querySelector('[data-strip="offline"]').hidden = navigator.onLine; };
  addEventListener("online", online);
  addEventListener("offline", online);
  document.addEventListener("fq:signed-in", () => { if (waiting?.isConnected) waiting.requestSubmit(); });

  document.addEventListener("DOMContentLoaded", () => {
    online();
    prepareAll();
    for (const key of Object.keys(localStorage)) {
      if (!key.startsWith(PREFIX)) continue;
      let at = 0;
      try { at = JSON.parse(localStorage.getItem(key)).at; } catch { /* unreadable: goes */ }
      if (Date.now() - at > KEPT) localStorage.removeItem(key);
    }
  });
  document.addEventListener("htmx:afterSettle", () => { prepareAll(); online(); });
})();
