/** Disputes as these screens know them: what the feed brought, and quarrels just written down here that nobody opened yet. */
import type { Facts } from "../law";
import { write, type Written } from "../operations";
import { made, overlays, place, type Shown, type Things } from "../overlay";
import type { Role } from "../protocol";

/** A party. `ref`: its id; of a quarrel the station has not opened, its place among the parties. */
export interface Side {
  ref: string | number;
  name: string;
}

export interface Owed {
  id: string;
  debtor: string | number;
  creditor: string | number;
  kind: string;
  amount: string | null;
  paid: string;
  text: string;
  due_on: string | null;
  state: string;
  state_word?: string;
}

export interface Agreement {
  id: string;
  owed: Owed[];
}

/** What was done here and is not in the feed yet. */
export interface Here {
  session?: string;
  outcome?: string;
  closed?: boolean;
}

export interface Case {
  key: string; // of the address
  about: string;
  dispute: string | null;
  number: string;
  title: string;
  place: string;
  kind: string;
  kindWord: string;
  state: string;
  stateWord: string;
  level: string;
  owner: string;
  mine: boolean;
  sides: Side[];
  facts: Facts;
  may: string[];
  closeWhy: string;
  agreement: Agreement | null;
  lines: { at: string; words: string; who: string }[];
  sealed: boolean;
  here: Here;
}

type Body = Record<string, unknown>;
const text = (body: Body, key: string): string => String(body[key] ?? "");
const OPENS: Partial<Record<Role, string[]>> = { police: ["session_held", "agreement"], mediator: [] };

/** Every dispute on this phone, one's own first; `role` decides what may be begun with a quarrel nobody opened yet. */
export function cases(things: Iterable<Shown>, role: Role | undefined): Case[] {
  const all = [...things];
  const led = new Set(all.filter((one) => one.kind === "dispute").map((one) => text(one.body, "matter")));
  return all
    .filter((one) => one.kind === "dispute" || (one.kind === "matter" && !led.has(one.id) && quarrel(one.body)))
    .map((one) => read(one, role))
    .sort((a, b) => Number(b.mine) - Number(a.mine));
}

const quarrel = (body: Body): boolean => body.kind === "dispute" || /^D\d\d/.test(text(body, "kind"));

function read(thing: Shown, role: Role | undefined): Case {
  const { body } = thing;
  const opened = thing.kind === "dispute";
  const here = (body.here ?? {}) as Here;
  const agreement = (body.agreement ?? null) as Agreement | null;
  const kind = text(body, "kind");
  return {
    key: thing.id,
    about: opened ? text(body, "matter") : thing.id,
    dispute: opened ? thing.id : null,
    number: text(body, "number"),
    title: text(body, "title") || text(body, "text") || text(body, "kind_word") || text(body, "number"),
    place: text(body, "place_text"),
    kind: kind === "dispute" ? "" : kind,
    kindWord: text(body, "kind_word"),
    state: text(body, "state"),
    stateWord: text(body, "state_word"),
    level: text(body, "level"),
    owner: text(body, "owner"),
    mine: Boolean(body.mine ?? thing.own),
    sides: sides(body, opened),
    facts: (body.facts ?? {}) as Facts,
    may: may(body.may ? (body.may as string[]) : opened ? [] : ((role && OPENS[role]) ?? []), here, agreement),
    closeWhy: text(body, "close_why"),
    agreement,
    lines: (body.lines ?? []) as Case["lines"],
    sealed: Boolean(body.sealed),
    here,
  };
}

function sides(body: Body, opened: boolean): Side[] {
  const parties = ((body.parties ?? []) as { id?: string; name?: string; role?: string }[]).filter((one) => one.role !== "contact");
  return parties.map((one, at) => ({ ref: opened && one.id ? one.id : at, name: one.name ?? "" }));
}

/** What the station allowed when it sent this, after what was done here since. Judged again at arrival. */
function may(allowed: string[], here: Here, agreement: Agreement | null): string[] {
  const now = new Set(allowed);
  if (here.outcome) for (const one of ["session_held", "take", "level", "refer"]) now.delete(one);
  if (here.outcome === "failed" || here.outcome === "adjourned") now.delete("agreement");
  if (now.has("agreement") && agreement) {
    now.add("signature");
    if (agreement.owed.some(open)) now.add("performance");
    now.add("revisit");
  }
  if (here.outcome === "settled") now.add("revisit");
  if (here.closed) now.delete("close");
  return [...now];
}

export const open = (one: Owed): boolean => !["performed", "waived"].includes(one.state) && !one.id.startsWith("op:");

/** Operations named anywhere in a value ("op:<uuid>…"): what this one waits for. */
export function named(value: unknown): string[] {
  const found = JSON.stringify(value ?? null).matchAll(/"op:([0-9a-f-]{36})/g);
  return [...new Set([...found].map((one) => one[1] ?? ""))];
}

/** Write an operation about a dispute; it waits for what it names. Returns its id. */
export function act(one: Case, name: string, data: Record<string, unknown>, draft = ""): Promise<string> {
  const said = one.dispute && !["note", "take"].includes(name) ? { ...data, dispute: one.dispute } : data;
  return write(name, said, { about: one.about, after: named([one.about, said]), draft });
}

/** The thing an operation is about: by its dispute, else by its matter, also when that was made here. */
function about(things: Things, op: Written): Shown | undefined {
  const dispute = text(op.data, "dispute") || text((op.answer?.made ?? {}) as Body, "dispute");
  const known = dispute && things.get(place("dispute", dispute));
  if (known) return known;
  const matter = text((op.answer?.made ?? {}) as Body, "matter") || op.about || "";
  for (const one of things.values()) {
    if (one.kind === "dispute" && one.body.matter === matter) return one;
    if (one.kind === "matter" && (one.id === matter || `op:${one.own?.op}` === matter)) return one;
  }
  return undefined;
}

overlays("session_held", (things, op) => {
  const thing = about(things, op);
  if (thing) thing.body.here = { ...(thing.body.here ?? {}), session: made(op, "session").replace(/^(op:[^/]+)$/, "$1/session"), outcome: text(op.data, "outcome") };
});

overlays("agreement", (things, op) => {
  const thing = about(things, op);
  if (!thing) return;
  const owed = ((op.data.owed ?? []) as Record<string, unknown>[]).map((one, at) => ({
    ...one, id: `op:${op.op}/${at}`, paid: "0", amount: one.amount ? String(one.amount) : null, state: one.done ? "performed" : "pending",
  }));
  thing.body.agreement = { id: made(op, "agreement").replace(/^(op:[^/]+)$/, "$1/agreement"), owed };
  thing.body.here = { outcome: "settled", ...(thing.body.here ?? {}) };
});

overlays("performance", (things, op) => {
  for (const thing of things.values()) {
    const agreement = thing.body.agreement as Agreement | undefined;
    if (!agreement?.owed.some((one) => one.id === op.data.obligation)) continue;
    const owed = agreement.owed.map((one) => {
      if (one.id !== op.data.obligation) return one;
      const paid = Number(one.paid) + Number(op.data.amount || (one.amount ? Number(one.amount) - Number(one.paid) : 0));
      return { ...one, paid: paid.toFixed(2), state: one.amount && paid < Number(one.amount) ? "partly" : "performed" };
    });
    thing.body.agreement = { ...agreement, owed };
  }
});

overlays("close", (things, op) => {
  const thing = about(things, op);
  if (thing) thing.body.here = { ...(thing.body.here ?? {}), closed: true };
});

overlays("note", (things, op) => {
  const thing = about(things, op);
  if (thing) thing.body.lines = [{ at: op.claimed_at, words: text(op.data, "text"), who: "" }, ...((thing.body.lines ?? []) as object[])];
});
