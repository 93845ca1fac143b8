/** The station's door in memory, as docs/field-protocol.md tells it: enough to try order, loss and repetition against. */
import { createHash } from "node:crypto";
import type { Send } from "../src/api";
import type { Answer, Operation, Thing } from "../src/protocol";

export type Fault = "before" | "after"; // the request never arrives; it arrives, the answer does not

export class Peer {
  taken = new Map<string, { operation: Operation; answer: Answer }>();
  things: (Thing & { at: number })[] = [];
  gone: { kind: string; id: string; at: number }[] = [];
  files = new Map<string, Uint8Array>();
  faults: (Fault | null)[] = [];
  requests: string[] = [];
  ended = false;
  wipe = false;
  skew = 0;
  holds = new Set<string>();
  position = 0;
  sealedLate = false; // projections lag behind: through_seq stays
  limit = Infinity;

  readonly send: Send = async (address, init) => {
    const fault = this.faults.shift() ?? null;
    if (fault === "before") throw new TypeError("network");
    const answer = this.answer(address, init);
    this.requests.push(`${init.method} ${address.replace("/field/v1/", "").split("?")[0]}`);
    if (fault === "after") throw new TypeError("network");
    return answer;
  };

  private answer(address: string, init: RequestInit): Response {
    const url = new URL(address, "https://station.test");
    const path = url.pathname.replace("/field/v1/", "");
    const now = new Date(Date.now() + this.skew).toISOString();
    const orders = { wipe: this.wipe, update: false };
    if (path === "operations") {
      const { operations } = JSON.parse(String(init.body)) as { operations: Operation[] };
      if (operations.length > this.limit) return reply({ title: "大" }, 413);
      return reply({ answers: operations.map((one) => this.take(one)), now, orders });
    }
    if (path === "wiped") return reply({ now });
    if (this.ended) return reply({ title: "停用", orders }, 410);
    if (path === "feed") {
      const after = Number(url.searchParams.get("after") ?? 0);
      const limit = 2;
      const news = [...this.things, ...this.gone].filter((one) => one.at > after).sort((a, b) => a.at - b.at).slice(0, limit);
      const cursor = news.at(-1)?.at ?? after;
      const more = [...this.things, ...this.gone].some((one) => one.at > cursor);
      const things = news.filter((one): one is Thing & { at: number } => "body" in one);
      const through = this.sealedLate ? 0 : this.through();
      return reply({ cursor: String(cursor), more, things, gone: news.filter((one) => !("body" in one)), through_seq: through, now, orders });
    }
    if (path.startsWith("files/")) {
      const op = path.slice(6);
      const have = this.files.get(op) ?? new Uint8Array();
      const announced = this.taken.get(op)?.operation.data;
      if (!announced) return reply({ title: "没有" }, 404);
      if (init.method === "GET") return reply({ have: have.length });
      const offset = Number(url.searchParams.get("offset"));
      if (offset !== have.length) return reply({ have: have.length, done: false });
      const whole = new Uint8Array([...have, ...(init.body as Uint8Array)]);
      this.files.set(op, whole);
      const done = whole.length === announced.size && createHash("sha256").update(whole).digest("hex") === announced.sha256;
      return reply({ have: whole.length, done });
    }
    return reply({ title: "没有" }, 404);
  }

  private take(operation: Operation): Answer {
    const { op, seq } = operation;
    const known = this.taken.get(op);
    if (known) {
      if (JSON.stringify(known.operation) !== JSON.stringify(operation)) return { op, seq, outcome: "refused", why: "reused" };
      return { ...known.answer, outcome: "again", first: known.answer.outcome };
    }
    if (operation.after.some((one) => !this.taken.has(one))) return { op, seq, outcome: "later" };
    const answer: Answer = { op, seq, outcome: this.holds.has(op) ? "held" : "done", made: { matter: `m-${op}`, number: `S-${seq}` } };
    this.taken.set(op, { operation, answer });
    if (operation.act === "capture") this.bring({ kind: "matter", id: `m-${op}`, rev: 1, body: { title: operation.data.text } });
    return answer;
  }

  bring(thing: Thing): void {
    this.things.push({ ...thing, at: (this.position += 1) });
  }

  bury(kind: string, id: string): void {
    this.things = this.things.filter((one) => one.kind !== kind || one.id !== id);
    this.gone.push({ kind, id, at: (this.position += 1) });
  }

  private through(): number {
    const seen = new Set([...this.taken.values()].map((one) => one.operation.seq));
    let through = 0;
    while (seen.has(through + 1)) through += 1;
    return through;
  }
}

const reply = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status });
