/**
 * What the screen shows = what the feed brought + what was done here and is not in it yet. The overlay is computed, never
 * stored: an operation leaves it when the feed says `through_seq`, because then its row is gone (sync.ts).
 */
import type { Written } from "./operations";
import type { Thing } from "./protocol";

export type Shown = Thing & { own?: { op: string; state: string; outcome: string } };
export type Things = Map<string, Shown>;
type Apply = (things: Things, op: Written) => void;

const appliers = new Map<string, Apply[]>();

/** A subject says what its operation changes in what is shown. Several may say so for the same act. */
export function overlays(act: string, apply: Apply): void {
  appliers.set(act, [...(appliers.get(act) ?? []), apply]);
}

export const place = (kind: string, id: string): string => `${kind}:${id}`;

/** The things as they are after the own operations, in the order they were written. */
export function overlay(things: Thing[], own: Written[]): Things {
  const shown: Things = new Map(things.map((one) => [place(one.kind, one.id), { ...one, body: { ...one.body } }]));
  for (const op of [...own].sort((a, b) => a.seq - b.seq)) {
    if (op.outcome === "conflict" || op.outcome === "refused") continue; // it did not happen; 待核对 shows it
    for (const apply of appliers.get(op.act) ?? []) apply(shown, op);
  }
  return shown;
}

/** The id a thing has by now: what an operation made, once the station has said so. */
export function made(op: Written, kind: string): string {
  return String(op.answer?.made?.[kind] ?? `op:${op.op}`);
}

overlays("capture", (things, op) => {
  const id = made(op, "matter");
  const own = { op: op.op, state: op.state, outcome: op.outcome };
  const there = things.get(place("matter", id));
  if (there) {
    there.own = own;
    return;
  }
  const body = { ...op.data, number: op.answer?.made?.number ?? "", at: op.claimed_at };
  things.set(place("matter", id), { kind: "matter", id, rev: 0, body, own });
});
