/** Becoming a phone of the station: the session of the office's sign-on, once, for a device of one's own (field-protocol §2). */
import { encode, toBase64 } from "./bytes";
import { log } from "./operations";
import type { Enrolled, Who } from "./protocol";
import { store } from "./store";
import { vault } from "./vault";

export interface SignedOn {
  name: string;
  post: string;
  org: string;
  csrf: string;
}

/** Who is signed on in this browser; null when nobody is. Throws when nobody answers. */
export async function signedOn(): Promise<SignedOn | null> {
  const response = await fetch("/phone/who/", { headers: { "X-Requested-With": "phone" }, cache: "no-store", redirect: "error" });
  if (response.status === 401) return null;
  if (!response.ok) throw new Error(String(response.status));
  return (await response.json()) as SignedOn;
}

export class NotEnrolled extends Error {}

export async function enrol(pin: string, label: string, as: SignedOn): Promise<void> {
  const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"]);
  const verifyKey = toBase64(new Uint8Array(await crypto.subtle.exportKey("spki", pair.publicKey)));
  const response = await fetch("/field/v1/devices", {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": as.csrf, "X-Requested-With": "phone" },
    body: JSON.stringify({ label, verify_key: verifyKey, user_agent: navigator.userAgent }),
    redirect: "error",
  });
  if (!response.ok) {
    const said = (await response.json().catch(() => ({}))) as { title?: string; fields?: Record<string, string> };
    throw new NotEnrolled(response.status === 404 ? "404" : [said.title, ...Object.values(said.fields ?? {})].filter(Boolean).join("；"));
  }
  const given = (await response.json()) as Enrolled;
  await clear();
  log.forget();
  const signed = { device: given.device, share: given.share, shareHours: given.share_hours, stationKey: given.station_key, receiptKey: given.receipt_key };
  await vault.found(pin, { ...signed, signKey: pair.privateKey });
  await keep("secret", given.secret);
  await keep("who", given.who);
  await keep("numbers", given.numbers ?? []);
  await store.meta.bulkPut([
    { key: "offset", value: Math.round(Date.parse(given.now) - Date.now()) },
    { key: "label", value: label },
  ]);
  await navigator.storage?.persist?.();
}

/** After the share lapsed: the same account signs on again, and the phone proves that it is the phone. */
export async function renew(): Promise<void> {
  const lock = (await store.lock.get(1))!;
  const asking = { headers: { "X-Requested-With": "phone" }, cache: "no-store", redirect: "error" } as const;
  const { now } = (await (await fetch("/field/v1/now", asking)).json()) as { now: string }; // the phone's own clock may be wrong
  const signature = await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, lock.signKey, encode(`${lock.device}|${now}`));
  const asked = new URLSearchParams({ device: lock.device, now, signature: toBase64(new Uint8Array(signature)) });
  const response = await fetch(`/field/v1/share?${asked.toString()}`, asking);
  if (!response.ok) throw new NotEnrolled(((await response.json().catch(() => ({}))) as { title?: string }).title ?? "");
  await vault.renew(((await response.json()) as { share: string }).share);
}

/** Everything of this phone, gone. */
export async function clear(): Promise<void> {
  vault.close();
  await store.transaction("rw", store.tables, () => Promise.all(store.tables.map((table) => table.clear())));
}

export async function keep(id: string, value: unknown): Promise<void> {
  await store.kept.put({ id, at: Date.now(), body: await vault.putJson(value, id) });
}

export async function kept<T>(id: string): Promise<T | null> {
  const row = await store.kept.get(id);
  return row ? vault.takeJson<T>(row.body, id) : null;
}

export const whoAmI = () => kept<Who>("who");
