/** The day's work: what one's own steps change on the screen until the feed brings it, and how a finding rolls over (ND-22). */
import { made, overlays, place } from "../overlay";

const DAY = 86_400_000;
const SHANGHAI = 8 * 3_600_000; // no summer time

/** Evening reviews (each day at `hour` of Shanghai) that passed without a decision; the same count as tasks/rules.py. */
export function evenings(foundAt: number, now: number, hour: number): number {
  const local = foundAt + SHANGHAI;
  let first = Math.floor(local / DAY) * DAY + hour * 3_600_000 - SHANGHAI;
  if (first <= foundAt) first += DAY;
  return now < first ? 0 : Math.floor((now - first) / DAY) + 1;
}

overlays("done", (things, op) => {
  const id = String(op.data.task);
  const there = things.get(place("task", id));
  if (!there) return;
  if (op.data.step === "finish") things.delete(place("task", id));
  else there.body = { ...there.body, mine: true, signed_at: op.claimed_at, moves: ["finish"] };
});

overlays("decide", (things, op) => {
  things.delete(place("finding", String(op.data.finding)));
});

overlays("finding", (things, op) => {
  const id = made(op, "finding");
  if (things.has(place("finding", id))) return;
  things.set(place("finding", id), { kind: "finding", id, rev: 0, body: { ...op.data, found_at: op.claimed_at, hour: 18 }, own: { op: op.op, state: op.state, outcome: op.outcome } });
});
