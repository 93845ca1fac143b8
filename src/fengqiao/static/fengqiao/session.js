/* Change of user by PIN (换人), and signing in again where one is when the session ran out. See desk/_sign_in.html. */
(() => {
  // without network the browser shows a page of ours that says what to do; only on a secure address (sw.js)
  if ("serviceWorker" in navigator) navigator.serviceWorker.register("/sw.js").catch(() => {});

  const $ = (selector) => document.querySelector(selector);
  const part = (name) => $(`#sign-in [data-sign-in-${name}]`);
  let mode = "switch";

  document.addEventListener("fq:sign-in", (event) => {
    const dialog = $("#sign-in");
    if (!dialog || dialog.open) return;
    mode = event.detail;
    const expired = mode === "expired";
    part("title").textContent = expired ? "登录已过期" : "换人";
    part("text").textContent = expired ? "重新登录后接着办理，填写的内容都在。" : "换人后，未提交的内容仍留在本机原账号名下。";
    part("act").textContent = expired ? "登录" : "换人";
    part("error").hidden = true;
    const form = part("form");
    form.reset();
    if (!expired) form.elements.username.value = "";
    label();
    dialog.showModal();
    (form.elements.username.value ? form.elements.password : form.elements.username).focus();
  });
  function label() {
    part("label").textContent = part("form").elements.kind.value === "pin" ? "快速口令" : "密码";
  }
  document.addEventListener("change", (event) => { if (event.target.name === "kind" && event.target.closest("#sign-in")) label(); });

  function refuse(words) {
    part("error").textContent = words;
    part("error").hidden = false;
    part("form").elements.password.value = "";
    part("form").elements.password.focus();
  }
  function reasonIn(html) {
    const page = new DOMParser().parseFromString(html, "text/html");
    return page.querySelector("[data-reason], .errorlist li, [role=alert] li")?.textContent.trim();
  }
  /* Signing in changes the CSRF secret: fetch this page afresh and take its token for every form already on the screen. */
  async function renewTokens() {
    const answer = await fetch(location.href, { credentials: "same-origin", headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const token = page.querySelector("meta[name=csrf-token]")?.content;
    const account = page.body.dataset.account;
    if (!token || !account) return null;
    $("meta[name=csrf-token]").content = token;
    document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": token }));
    document.querySelectorAll("input[name=csrfmiddlewaretoken]").forEach((field) => { field.value = token; });
    return account;
  }
  /* The token of the page may be as old as the session: ask the sign-in page for a fresh one first. */
  async function freshToken() {
    const answer = await fetch(document.body.dataset.login, { credentials: "same-origin" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    return (page.querySelector("meta[name=csrf-token]") || {}).content || page.querySelector("input[name=csrfmiddlewaretoken]")?.value || $("meta[name=csrf-token]").content;
  }

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches("[data-sign-in-form]")) return;
    event.preventDefault();
    if (form.dataset.sending) return;
    form.dataset.sending = "1";
    try {
      const pin = form.elements.kind.value === "pin";
      const where = pin ? document.body.dataset.switch : document.body.dataset.login;
      const name = form.elements.username.value.trim();
      const secret = form.elements.password.value;
      const body = new URLSearchParams(pin ? { username: name, pin: secret } : { username: name, login: name, password: secret });
      const answer = await fetch(where, { method: "POST", body, credentials: "same-origin", headers: { "X-CSRFToken": await freshToken(), "X-Requested-With": "fetch" } });
      const stayed = new URL(answer.url).pathname === new URL(where, location.href).pathname;
      if (answer.status !== 204 && (!answer.ok || stayed)) {
        const told = answer.headers.get("Content-Type")?.startsWith("text/plain") ? await answer.text() : reasonIn(await answer.text());
        return refuse(told || (answer.status === 429 ? "尝试次数过多，请稍后再试。" : "账号或口令不对。"));
      }
      if (mode === "switch") { location.assign("/"); return; }
      const account = await renewTokens();
      if (account !== document.body.dataset.account) { location.assign("/"); return; }
      $("#sign-in").close();
      document.dispatchEvent(new CustomEvent("fq:signed-in"));
    } catch {
      refuse("网络已断开，请稍后再试。");
    } finally {
      delete form.dataset.sending;
    }
  });
})();
