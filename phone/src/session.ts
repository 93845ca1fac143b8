/** What every screen knows: how the phone stands, who acts, what waits. Wakes the sync. */
import { reactive } from "vue";
import { clear, keep, whoAmI } from "./enrolment";
import { log } from "./operations";
import { overlay, type Things } from "./overlay";
import type { Who } from "./protocol";
import { store } from "./store";
import { alone, type Report, Sync, things } from "./sync";
import { fetchTables, forgetTables } from "./tables";
import { vault, type State } from "./vault";

export type Phase = "opening" | "webview" | "insecure" | State;
const HIDDEN = 10 * 60_000; // locked after so long in the pocket
const IDLE_SYNC = 120_000;
const BUSY = 2_000;

export const session = reactive({
  phase: "opening" as Phase,
  who: null as Who | null,
  online: navigator.onLine,
  reached: true, // whether the last try found the server
  syncing: false,
  waiting: 0,
  files: 0,
  oldest: null as number | null,
  synced: 0,
  changed: 0, // counts up whenever what is shown may be another
  ended: false,
  wiped: false,
});

export const sync = new Sync();
const tabs = "BroadcastChannel" in globalThis ? new BroadcastChannel("fengqiao") : null;
let timer: ReturnType<typeof setTimeout> | undefined;
let hidden = 0;

/** Inside WeCom, WeChat or DingTalk the browser keeps nothing: online only. */
export const webview = (agent = navigator.userAgent): boolean => /wxwork|micromessenger|dingtalk|aliapp|aliding/i.test(agent);

export async function start(): Promise<void> {
  if (webview()) session.phase = "webview";
  else if (!globalThis.isSecureContext || !globalThis.crypto?.subtle) session.phase = "insecure";
  else await look();
}

export async function look(): Promise<void> {
  session.phase = await vault.state();
  await refresh();
}

/** After PIN or enrolment: the shell, and the first sync. */
export async function opened(): Promise<void> {
  session.who = await whoAmI();
  session.wiped = session.ended = false;
  await look();
  soon(0);
}

export function lock(): void {
  vault.close();
  log.forget();
  session.who = null;
  void look();
}

export async function wipe(): Promise<void> {
  clearTimeout(timer);
  await clear();
  log.forget();
  forgetTables();
  session.who = null;
  tabs?.postMessage("wiped");
  await look();
}

export async function refresh(): Promise<void> {
  const [waiting, synced] = await Promise.all([log.waiting(), store.number("synced")]);
  Object.assign(session, { waiting: waiting.count, files: waiting.files, oldest: waiting.oldest, synced });
  session.changed += 1;
}

/** Everything once, now. Null: another tab is at it. */
export async function syncNow(): Promise<Report | null> {
  if ((await vault.state()) !== "open") {
    await look(); // it may have lapsed while the app stood open
    return null;
  }
  session.syncing = true;
  try {
    const report = await alone("fengqiao.sync", () => sync.run());
    if (!report) {
      soon(BUSY); // another run is under way, and may have begun before the last operation was written
      return null;
    }
    if (report.who) await iAm(report.who);
    if (report.ending === "done") await fetchTables(sync.api).catch(() => undefined); // next time
    session.reached = report.ending !== "unreachable";
    session.ended = report.ending === "ended";
    if (report.ending === "wiped") {
      await wipe();
      session.wiped = true;
      return report;
    }
    soon(report.wait || ((await log.waiting()).count ? BUSY : IDLE_SYNC));
    return report;
  } finally {
    session.syncing = false;
    await refresh();
    tabs?.postMessage("changed");
  }
}

/** The post may have got another name or badge since the phone was set up. */
async function iAm(who: Who): Promise<void> {
  if (JSON.stringify(who) === JSON.stringify(session.who)) return;
  await keep("who", who);
  session.who = who;
}

function soon(wait: number): void {
  clearTimeout(timer);
  if (session.ended) return;
  timer = setTimeout(() => void syncNow(), wait);
}

/** What the screen shows of these kinds: the feed's and one's own. */
export async function shown(...kinds: string[]): Promise<Things> {
  const [stored, own] = await Promise.all([Promise.all(kinds.map((kind) => things(kind))), log.all()]);
  const all = overlay(stored.flat(), own);
  for (const key of all.keys()) if (!kinds.includes(key.slice(0, key.indexOf(":")))) all.delete(key);
  return all;
}

log.onWrite(() => {
  void refresh();
  tabs?.postMessage("changed");
  if (session.online) soon(300);
});
addEventListener("online", () => {
  session.online = true;
  if (vault.open) soon(0);
});
addEventListener("offline", () => {
  session.online = false;
});
document.addEventListener("visibilitychange", () => {
  if (document.hidden) hidden = Date.now();
  else if (vault.open && hidden && Date.now() - hidden > HIDDEN) lock();
  else if (vault.open) {
    void vault.state().then((state) => (state === "open" ? undefined : look()));
    if (session.online) soon(0);
  }
});
if (tabs)
  tabs.onmessage = ({ data }) => {
    if (data === "wiped") {
      vault.close();
      void look();
    } else if (vault.open) void refresh();
  };
