/* What others do, told quietly. One stream per browser (SharedWorker), a plain EventSource where there is none.

   The stream sends `id:` = the event's position and `data:` = one event or a list of them:
     {"position": 812, "act": "intake.receive", "account_id": 7, "about": "0192…", "subjects": [["report", "0192…"], …]}
   Each becomes a DOM event `fq:event` on document (detail = the event).
   <section id="waiting" data-live="report matter">  counts events of these subject kinds made by others and shows the quiet
   line ("3 条更新") in it, or on top of the page; a click fetches the section anew. data-live-id="0192…" counts
   everything about that one record instead.
   data-live-now refreshes at once (boards; not where one reads). */
(() => {
  const { worker, stream, position } = document.currentScript.dataset;
  const counts = new Map();

  const announce = (event) => document.dispatchEvent(new CustomEvent("fq:event", { detail: event }));
  let lost;
  function standing(up) { // a short break is nobody's business
    const line = () => document.querySelector('[data-strip="live"]');
    if (up) {
      clearTimeout(lost);
      lost = null;
      line().hidden = true;
    } else lost ||= setTimeout(() => { line().hidden = !navigator.onLine; }, 8000);
  }
  const take = ({ event, up }) => (event ? announce(event) : standing(up));

  function plain() {
    const url = new URL(stream, location.href);
    if (position) url.searchParams.set("after", position);
    const source = new EventSource(url, { withCredentials: true });
    source.onopen = () => standing(true);
    source.onerror = () => standing(false);
    source.onmessage = ({ data }) => [].concat(JSON.parse(data)).forEach(announce);
  }
  function shared() {
    const line = new SharedWorker(worker, { name: `fengqiao-${document.body.dataset.account}` });
    line.port.onmessage = ({ data }) => take(data);
    line.port.postMessage({ stream: new URL(stream, location.href).href, after: position });
    line.onerror = plain;
    addEventListener("pagehide", () => line.port.postMessage({ bye: true }));
    addEventListener("pageshow", (event) => { if (event.persisted) line.port.postMessage({ stream, after: position }); });
  }
  document.addEventListener("DOMContentLoaded", () => (window.SharedWorker ? shared() : plain()));

  function concerns(place, event) {
    const one = place.dataset.liveId;
    if (one) return event.about === one || event.subjects.some(([, id]) => id === one);
    const kinds = place.dataset.live.split(" ");
    return event.subjects.some(([kind]) => kinds.includes(kind));
  }
  document.addEventListener("fq:event", ({ detail: event }) => {
    if (String(event.account_id) === document.body.dataset.account) return;
    for (const place of document.querySelectorAll("[data-live]")) {
      if (!concerns(place, event)) continue;
      if (place.hasAttribute("data-live-now")) { refresh(place); continue; }
      counts.set(place.id, (counts.get(place.id) || 0) + 1);
      show(place);
    }
  });
  const quiet = (place) => place.querySelector("[data-quiet]") || document.querySelector(".fq-main > [data-quiet]");
  function show(place) {
    const line = quiet(place);
    const words = `${counts.get(place.id)} 条更新`;
    line.querySelector("[data-quiet-text]").textContent = words;
    line.dataset.for = place.id;
    line.hidden = false;
    document.getElementById("say").textContent = `${words}，可刷新列表`;
  }
  const resting = new Map();
  function refresh(place) { // at most once a second
    if (resting.has(place.id)) return;
    resting.set(place.id, setTimeout(() => { resting.delete(place.id); fetchAnew(place); }, 1000));
  }
  function fetchAnew(place) {
    counts.delete(place.id);
    window.htmx.ajax("GET", location.href, { target: `#${CSS.escape(place.id)}`, select: `#${CSS.escape(place.id)}`, swap: "outerHTML" });
  }
  document.addEventListener("click", (event) => {
    const line = event.target.closest("[data-refresh]")?.closest("[data-quiet]");
    if (!line) return;
    line.hidden = true;
    const place = document.getElementById(line.dataset.for);
    if (place) fetchAnew(place);
  });
})();
