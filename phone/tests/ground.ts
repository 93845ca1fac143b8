/** A phone in memory: store, vault, log and sync of its own, a clock that can be set. */
import type { Bytes } from "../src/bytes";
import { toBase64 } from "../src/bytes";
import { Log } from "../src/operations";
import { Store } from "../src/store";
import { Sync } from "../src/sync";
import { Vault } from "../src/vault";
import type { Peer } from "./peer";

export const PIN = "枫桥2468";
let number = 0;

export async function phone(peer?: Peer, at = Date.now()) {
  const db = new Store(`phone-${(number += 1)}`);
  const clock = { now: at };
  const read = () => clock.now;
  const vault = new Vault(db, read, 1000);
  const box = await crypto.subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, true, ["deriveBits"]);
  const receipts = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
  const own = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"]);
  const share = toBase64(crypto.getRandomValues(new Uint8Array(32)));
  const keys = { stationKey: await spki(box.publicKey), receiptKey: await spki(receipts.publicKey), signKey: own.privateKey };
  await vault.found(PIN, { device: crypto.randomUUID(), share, shareHours: 96, ...keys });
  await db.kept.put({ id: "secret", at, body: await vault.putJson("geheim", "secret") });
  const log = new Log(db, vault, read);
  const sync = new Sync(db, vault, log, peer?.send, read);
  return { db, clock, vault, log, sync, share, box, receipts, own };
}

const spki = async (key: CryptoKey): Promise<string> => toBase64(new Uint8Array(await crypto.subtle.exportKey("spki", key)) as Bytes);
export const HOUR = 3_600_000;
