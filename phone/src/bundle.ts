/** Operations in a file, for USB stick or LAN; and the station's answer read back (field-protocol §7). */
import { canonical, encode, fromBase64, toBase64 } from "./bytes";
import type { Bundle, Receipt } from "./protocol";
import { type Store, store } from "./store";
import { type Sync } from "./sync";
import { written } from "./operations";

const SIGNING = { name: "ECDSA", hash: "SHA-256" };

/**
 * Everything not answered yet, with all files still here. Works without PIN too: what was sealed for the station can leave
 * a phone whose key is gone. Null when there is nothing.
 */
export async function bundle(db: Store = store, now = Date.now()): Promise<Bundle | null> {
  const [lock, rows, files] = await Promise.all([db.lock.get(1), db.operations.where("state").equals("waiting").sortBy("seq"), db.files.toArray()]);
  if (!lock || (!rows.length && !files.length)) return null;
  const made: Bundle = {
    format: "fengqiao-bundle",
    v: 1,
    device: lock.device,
    first: rows[0]?.seq ?? 0,
    last: rows.at(-1)?.seq ?? 0,
    made_at: written(now),
    sealed: rows.map((row) => ({ seq: row.seq, op: row.op, box: toBase64(row.box) })),
    files: files.map((row) => ({ op: row.op, box: toBase64(row.box) })),
  };
  const signature = await crypto.subtle.sign(SIGNING, lock.signKey, encode(canonical(made)));
  return { ...made, signature: toBase64(new Uint8Array(signature)) };
}

/**
 * Without PIN, with somebody signed on: the bundle goes over the network, and its receipt comes back at once. For a phone whose key
 * is gone or whose time is over.
 */
export async function bring(csrf: string, sync: Sync, db: Store = store): Promise<Read | null> {
  const made = await bundle(db);
  if (!made) return null;
  const headers = { "Content-Type": "application/json", "X-CSRFToken": csrf, "X-Requested-With": "phone" };
  const response = await fetch("/field/v1/bundles", { method: "POST", headers, body: JSON.stringify(made), redirect: "error" });
  if (!response.ok) throw new Error(((await response.json().catch(() => ({}))) as { title?: string }).title ?? "");
  return receipt(await response.text(), sync, db);
}

export type Read = { state: "read"; answers: number } | { state: "foreign" | "forged" | "unreadable" };

/** A receipt file: the station's signature first, then its answers as if they had come over the network. */
export async function receipt(text: string, sync: Sync, db: Store = store): Promise<Read> {
  let told: Receipt;
  try {
    told = JSON.parse(text) as Receipt;
    if (told.format !== "fengqiao-receipt") return { state: "unreadable" };
  } catch {
    return { state: "unreadable" };
  }
  const lock = await db.lock.get(1);
  if (!lock || told.device !== lock.device) return { state: "foreign" };
  const { signature, ...said } = told;
  const key = await crypto.subtle.importKey("spki", fromBase64(lock.receiptKey), { name: "ECDSA", namedCurve: "P-256" }, false, ["verify"]);
  const good = await crypto.subtle.verify(SIGNING, key, fromBase64(signature), encode(canonical(said)));
  if (!good) return { state: "forged" };
  const answers = await sync.keep(told.answers.filter((one) => one.outcome !== "later"));
  await db.files.bulkDelete(told.files ?? []);
  return { state: "read", answers };
}
