/* SharedWorker: one event stream for all tabs of this browser, whoever opens first.
   Keeps the last events, so that a page rendered a moment ago gets what it missed; reconnects with the position it has. */
const HELD = 500;
const ports = new Set();
let source, address, last = "", held = [], pause = 2000, up = true;

const tellAll = (message) => ports.forEach((port) => port.postMessage(message));

function connect() {
  const url = new URL(address, self.location.href);
  if (last) url.searchParams.set("after", last);
  source = new EventSource(url, { withCredentials: true });
  source.onopen = () => { pause = 2000; up = true; tellAll({ up }); };
  source.onmessage = ({ data, lastEventId }) => {
    if (lastEventId) last = lastEventId;
    for (const event of [].concat(JSON.parse(data))) {
      held.push({ position: event.position || Number(lastEventId), event });
      tellAll({ event });
    }
    held = held.slice(-HELD);
  };
  source.onerror = () => { // while CONNECTING the browser retries by itself, with Last-Event-ID
    up = false;
    tellAll({ up });
    if (source.readyState !== EventSource.CLOSED) return;
    setTimeout(connect, pause);
    pause = Math.min(pause * 2, 60000);
  };
}

self.onconnect = ({ ports: [port] }) => {
  port.onmessage = ({ data }) => {
    if (data.bye) { ports.delete(port); return; }
    ports.add(port);
    if (source) {
      port.postMessage({ up });
      const after = Number(data.after);
      if (after) held.filter((one) => one.position > after).forEach(({ event }) => port.postMessage({ event }));
    } else {
      address = data.stream;
      last = data.after;
      connect();
    }
  };
};
