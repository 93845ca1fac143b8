/**
 * Sync: operations first, then the feed, files last. Whatever breaks in the middle is asked again in the same words: the station
 * knows an operation by its id and a file by the bytes it has. One tab at a time does it (Web Locks); a second one waits.
 */
import { Api, Busy, Ended, Refused, type Send, type Timed, Unreachable } from "./api";
import type { Bytes } from "./bytes";
import { type Log, log } from "./operations";
import type { Answer, Answers, Feed, Operation, Orders, Thing, Who } from "./protocol";
import { type OperationRow, type Store, store } from "./store";
import { type Vault, vault } from "./vault";

export const BATCH = 100;
export const BATCH_BYTES = 900_000; // the station takes 1 MB; the envelope needs some
export const CHUNK = 256 * 1024;
const REMEMBERED = 72 * 3_600_000; // how long 今天 shows what was delivered
const PATIENCE = [5_000, 15_000, 60_000, 300_000]; // between tries, longer and longer

export type Ending = "done" | "unreachable" | "busy" | "ended" | "wiped" | "later" | "refused";

export interface Report {
  ending: Ending;
  why: string;
  sent: number;
  things: number;
  files: number;
  wait: number; // ms until the next try is worth it; 0 when there is nothing to do
  update: boolean;
  who?: Who; // as the station has it now
}

export class Sync {
  readonly api: Api;
  private failures = 0;

  constructor(
    private readonly db: Store = store,
    private readonly safe: Vault = vault,
    private readonly written: Log = log,
    send?: Send,
    private readonly clock: () => number = Date.now,
  ) {
    this.api = new Api(() => this.credentials(), send, clock);
  }

  /** Everything once. Never throws: what went wrong is in the report. */
  async run(): Promise<Report> {
    const report: Report = { ending: "done", why: "", sent: 0, things: 0, files: 0, wait: 0, update: false };
    try {
      await this.sendOperations(report);
      await this.readFeed(report);
      if (report.ending === "wiped") return await this.wiped(report);
      await this.sendFiles(report);
      if (report.ending === "later") this.failures += 1;
      else this.failures = 0;
      await this.db.meta.put({ key: "synced", value: this.clock() });
    } catch (error) {
      this.failures += 1;
      if (error instanceof Unreachable) report.ending = "unreachable";
      else if (error instanceof Busy) Object.assign(report, { ending: "busy", wait: error.after });
      else if (error instanceof Ended && (error.body.orders as Orders | undefined)?.wipe) return this.wiped(report);
      else if (error instanceof Ended) report.ending = "ended";
      else if (error instanceof Refused) Object.assign(report, { ending: "refused", why: error.why });
      else if (!this.safe.open) report.ending = "later";
      else throw error;
    }
    if (report.ending !== "done" && report.ending !== "ended") report.wait = Math.max(report.wait, PATIENCE[Math.min(this.failures, PATIENCE.length) - 1] ?? 0);
    return report;
  }

  private async sendOperations(report: Report): Promise<void> {
    let limit = BATCH;
    let from = 0;
    for (;;) {
      const rows = await this.db.operations.where("seq").above(from).and((row) => row.state === "waiting").limit(limit).toArray();
      if (!rows.length) return;
      const batch = await this.fitting(rows);
      let answers: Answer[];
      try {
        answers = await this.post(batch);
      } catch (error) {
        if (error instanceof Refused && error.status === 413 && batch.length > 1) {
          limit = Math.ceil(batch.length / 2);
          continue;
        }
        throw error;
      }
      const settled = answers.filter((one) => one.outcome !== "later");
      await this.keep(settled, batch);
      report.sent += settled.length;
      if (settled.length < batch.length) report.ending = "later"; // what they wait for has not arrived: asked again next time
      from = batch.at(-1)!.seq;
    }
  }

  private async fitting(rows: OperationRow[]): Promise<Operation[]> {
    const batch: Operation[] = [];
    let size = 0;
    for (const row of rows) {
      size += row.size + 2;
      if (batch.length && size > BATCH_BYTES) break;
      const { op, seq, v, act, about, after, claimed_at, offset_ms, data } = await this.written.read(row);
      batch.push({ op, seq, v, act, about, after, claimed_at, offset_ms, data });
    }
    return batch;
  }

  private async post(operations: Operation[]): Promise<Answer[]> {
    const device = (await this.db.lock.get(1))?.device;
    // `written`: how much there is, so that the station knows which clock readings lie before this contact
    const timed = await this.api.post<Answers>("operations", { device, operations, written: await this.db.number("seq") });
    await this.measure(timed);
    return timed.body.answers;
  }

  /** What the station said stays beside the operation; only an answer to what was asked counts. */
  async keep(answers: Answer[], asked?: Pick<Operation, "op" | "seq">[]): Promise<number> {
    const known = asked && new Map(asked.map((one) => [one.op, one.seq]));
    let kept = 0;
    for (const answer of answers) {
      if (known && known.get(answer.op) !== answer.seq) continue;
      const mine = this.db.operations.where({ seq: answer.seq }).and((row) => row.op === answer.op);
      if (!this.safe.open) {
        kept += await mine.delete(); // nobody can read here what was answered; the station has it
        continue;
      }
      const body = await this.safe.putJson(answer, `answer|${answer.seq}`);
      const outcome = answer.outcome === "again" ? (answer.first ?? "done") : answer.outcome;
      kept += await mine.modify({ state: "answered", outcome, answer: body });
    }
    return kept;
  }

  private async readFeed(report: Report): Promise<void> {
    for (;;) {
      const cursor = await this.db.text("cursor");
      const timed = await this.api.get<Feed>(`feed?limit=500${cursor ? `&after=${encodeURIComponent(cursor)}` : ""}`);
      await this.measure(timed);
      const feed = timed.body;
      if (feed.orders?.wipe) {
        report.ending = "wiped";
        return;
      }
      report.update ||= Boolean(feed.orders?.update);
      if (feed.who) report.who = feed.who;
      await this.apply(feed, cursor);
      report.things += feed.things.length + feed.gone.length;
      if (!feed.more || feed.cursor === cursor) return;
    }
  }

  /** One answer of the feed, whole or not at all, with its cursor; a second tab's newer cursor wins. */
  private async apply(feed: Feed, from: string): Promise<void> {
    const newest = new Map<string, Thing>();
    for (const one of feed.things) if ((newest.get(`${one.kind}|${one.id}`)?.rev ?? -1) <= one.rev) newest.set(`${one.kind}|${one.id}`, one);
    const rows = await Promise.all([...newest.values()].map(async (one) => ({ kind: one.kind, id: one.id, rev: one.rev, body: await this.safe.putJson(one.body, `${one.kind}|${one.id}`) })));
    const { things, meta, operations } = this.db;
    await this.db.transaction("rw", things, meta, operations, async () => {
      if ((await this.db.text("cursor")) !== from) return;
      const older = await things.bulkGet(rows.map((row) => [row.kind, row.id] as [string, string]));
      await things.bulkPut(rows.filter((row, at) => (older[at]?.rev ?? -1) <= row.rev));
      await things.bulkDelete(feed.gone.map((one) => [one.kind, one.id] as [string, string]));
      await meta.put({ key: "cursor", value: feed.cursor });
      if (feed.more) return; // what covers our operations may stand in the next answer
      const through = Math.max(await this.db.number("through"), feed.through_seq);
      await meta.put({ key: "through", value: through });
      // what the projections hold is not needed twice; what somebody must still look at stays until it is settled
      const covered = await operations.where("seq").belowOrEqual(through).and((row) => row.state === "answered").toArray();
      for (const row of covered) if (row.outcome === "done") await operations.update(row.seq, { state: "covered" });
      await operations.where("state").equals("covered").and((row) => row.at < this.clock() - REMEMBERED).delete();
    });
  }

  /** Photos and voice last; what the station already has is not sent again. */
  private async sendFiles(report: Report): Promise<void> {
    for (const row of await this.db.files.orderBy("seq").toArray()) {
      const announced = await this.db.operations.get(row.seq);
      if (announced?.state === "waiting" || announced?.outcome === "refused") continue; // a bundle can still carry it
      const bytes = await this.written.file(row.op);
      if (!bytes) continue;
      try {
        await this.sendFile(row.op, bytes);
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        Object.assign(report, { ending: "refused", why: error.why }); // this one; the others go on
        continue;
      }
      await this.db.files.delete(row.op);
      report.files += 1;
    }
  }

  private async sendFile(op: string, bytes: Bytes): Promise<void> {
    let { have, done } = (await this.api.get<{ have: number; done?: boolean }>(`files/${op}`)).body;
    for (let tries = 0; !done; tries += 1) {
      if (tries > bytes.length / CHUNK + 20) throw new Busy(0); // the two sides do not agree: not for ever
      const chunk = bytes.slice(have, have + CHUNK);
      ({ have, done } = (await this.api.put<{ have: number; done: boolean }>(`files/${op}?offset=${have}`, chunk)).body);
    }
  }

  /** The difference between the station's clock and ours, from the middle of the request; and: there was contact. */
  private async measure(timed: Timed<{ now: string }>): Promise<void> {
    const now = Date.parse(timed.body.now);
    if (Number.isFinite(now)) await this.db.meta.put({ key: "offset", value: Math.round(now - (timed.sent + timed.came) / 2) });
    await this.safe.contact();
  }

  /** Tell the station that nothing is left here: by its order, or because the owner logs out. It may not be reachable. */
  async leave(): Promise<void> {
    await this.api.post("wiped", {}).catch(() => undefined);
  }

  private async wiped(report: Report): Promise<Report> {
    await this.leave();
    return { ...report, ending: "wiped" };
  }

  private async credentials(): Promise<string> {
    const [lock, kept] = await Promise.all([this.db.lock.get(1), this.db.kept.get("secret")]);
    if (!lock || !kept) throw new Ended({});
    return `Device ${lock.device}.${await this.safe.takeJson<string>(kept.body, "secret")}`;
  }
}

/** Read back what the feed brought. */
export async function things(kind: string, db: Store = store, safe: Vault = vault): Promise<Thing[]> {
  const rows = await db.things.where("kind").equals(kind).toArray();
  return Promise.all(rows.map(async ({ id, rev, body }) => ({ kind, id, rev, body: await safe.takeJson<Thing["body"]>(body, `${kind}|${id}`) })));
}

/** Only one tab at a time; where the browser has no locks, this tab. */
export async function alone<T>(name: string, work: () => Promise<T>): Promise<T | null> {
  if (!("locks" in navigator) || !navigator.locks) return work();
  return navigator.locks.request(name, { ifAvailable: true }, (held) => (held ? work() : null)) as Promise<T | null>;
}
