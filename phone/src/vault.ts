/**
 * The vault: one random data key for everything on the phone, wrapped by PIN and the server's share.
 *
 * KEK = HKDF-SHA256(PBKDF2-SHA256(PIN, salt, 310 000) ‖ share, salt, "fengqiao vault v1"). The PIN is nowhere; the share goes when
 * the phone was without contact for `shareHours`; the wrapped key goes after ten wrong PINs. What this does not stop: somebody
 * who copied the browser's files while the share was still there and tries PINs elsewhere (THREAT_MODEL.md).
 */
import { type Bytes, decode, encode, fromBase64, join, random } from "./bytes";
import { type LockRow, type Store, store } from "./store";

export const TRIES = 10;
export const ROUNDS = 310_000;
export const PIN_LENGTH = 6;
export type State = "none" | "locked" | "lapsed" | "dropped" | "open";
export type Opened = { state: "open" } | { state: "wrong"; left: number } | { state: "lapsed" | "dropped" | "none" };

const HOUR = 3_600_000;

/** The phone's own time that never runs backwards: what a clock is turned back by is charged as time gone. */
export function running(lock: Pick<LockRow, "seen" | "extra">, now: number): { time: number; seen: number; extra: number } {
  const back = Math.max(0, lock.seen - now);
  const extra = lock.extra + 2 * back; // once to stand where it stood, once for the turn itself
  return { time: now + extra, seen: now, extra };
}

export function lapsed(lock: LockRow, now: number): boolean {
  return running(lock, now).time - lock.contact > lock.shareHours * HOUR;
}

async function keyOf(pin: string, share: string, salt: Bytes, rounds: number): Promise<CryptoKey> {
  const subtle = crypto.subtle;
  const base = await subtle.importKey("raw", encode(pin.normalize("NFKC")), "PBKDF2", false, ["deriveBits"]);
  const stretched = new Uint8Array(await subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt, iterations: rounds }, base, 256));
  const both = await subtle.importKey("raw", join(stretched, fromBase64(share)), "HKDF", false, ["deriveKey"]);
  const made = { name: "HKDF", hash: "SHA-256", salt, info: encode("fengqiao vault v1") };
  return subtle.deriveKey(made, both, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

async function encrypt(key: CryptoKey, plain: Bytes, about: string): Promise<Bytes> {
  const iv = random(12);
  const body = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: encode(about) }, key, plain);
  return join(iv, new Uint8Array(body));
}

async function decrypt(key: CryptoKey, box: Bytes, about: string): Promise<Bytes> {
  const opening = { name: "AES-GCM", iv: box.slice(0, 12), additionalData: encode(about) };
  return new Uint8Array(await crypto.subtle.decrypt(opening, key, box.slice(12)));
}

export class Vault {
  private key: CryptoKey | null = null;

  constructor(
    private readonly db: Store = store,
    private readonly clock: () => number = Date.now,
    private readonly rounds = ROUNDS,
  ) {}

  get open(): boolean {
    return this.key !== null;
  }

  async state(): Promise<State> {
    const lock = await this.look();
    if (!lock) return "none";
    if (!lock.wrapped) return "dropped";
    if (!lock.share) return "lapsed";
    return this.open ? "open" : "locked";
  }

  /** First PIN after enrolment: makes the data key and opens. Everything from an earlier enrolment is gone. */
  async found(pin: string, given: { device: string; share: string; shareHours: number; stationKey: string; receiptKey: string; signKey: CryptoKey }): Promise<void> {
    const salt = random(16);
    const data = random(32);
    const wrapped = await encrypt(await keyOf(pin, given.share, salt, this.rounds), data, given.device);
    const now = this.clock();
    await this.db.lock.put({ id: 1, salt, rounds: this.rounds, wrapped, contact: now, seen: now, extra: 0, wrong: 0, ...given });
    this.key = await aes(data);
  }

  /** Try a PIN. It is counted before it is tried, so that closing the app in between gives no free attempt. */
  async unlock(pin: string): Promise<Opened> {
    const lock = await this.look();
    if (!lock) return { state: "none" };
    if (!lock.wrapped) return { state: "dropped" };
    if (!lock.share) return { state: "lapsed" };
    const counted = await this.db.transaction("rw", this.db.lock, async () => {
      const row = await this.db.lock.get(1);
      if (!row?.wrapped || row.wrong >= TRIES) return null;
      await this.db.lock.update(1, { wrong: row.wrong + 1 });
      return row.wrong + 1;
    });
    if (counted === null) return { state: "dropped" };
    try {
      const data = await decrypt(await keyOf(pin, lock.share, lock.salt, lock.rounds), lock.wrapped, lock.device);
      await this.db.lock.update(1, { wrong: 0 });
      this.key = await aes(data);
      return { state: "open" };
    } catch {
      if (counted < TRIES) return { state: "wrong", left: TRIES - counted };
      await this.db.lock.update(1, { wrapped: null, share: null });
      return { state: "dropped" };
    }
  }

  close(): void {
    this.key = null;
  }

  /** The server was reached: the time without contact begins anew. */
  async contact(): Promise<void> {
    const now = this.clock();
    await this.db.lock.update(1, { contact: now, seen: now, extra: 0 });
  }

  /** The share again, after it lapsed: the same one, so the PIN opens what it opened before. */
  async renew(share: string): Promise<void> {
    const now = this.clock();
    await this.db.lock.update(1, { share, contact: now, seen: now, extra: 0 });
  }

  /** Another PIN for the same data key; the old one must open it. */
  async change(old: string, pin: string): Promise<Opened> {
    const answer = await this.unlock(old);
    if (answer.state !== "open") return answer;
    const lock = (await this.db.lock.get(1))!;
    const data = await decrypt(await keyOf(old, lock.share!, lock.salt, lock.rounds), lock.wrapped!, lock.device);
    const salt = random(16);
    await this.db.lock.update(1, { salt, rounds: this.rounds, wrapped: await encrypt(await keyOf(pin, lock.share!, salt, this.rounds), data, lock.device) });
    return answer;
  }

  async put(plain: Bytes, about: string): Promise<Bytes> {
    return encrypt(this.opened(), plain, about);
  }

  async take(box: Bytes, about: string): Promise<Bytes> {
    return decrypt(this.opened(), box, about);
  }

  async putJson(value: unknown, about: string): Promise<Bytes> {
    return this.put(encode(JSON.stringify(value)), about);
  }

  async takeJson<T>(box: Bytes, about: string): Promise<T> {
    return JSON.parse(decode(await this.take(box, about))) as T;
  }

  /** The lock as it stands now; looking moves the seen time on and drops a share that lapsed. */
  private async look(): Promise<LockRow | null> {
    const found = await this.db.transaction("rw", this.db.lock, async () => {
      const lock = await this.db.lock.get(1);
      if (!lock) return null;
      const now = this.clock();
      const { seen, extra } = running(lock, now);
      const share = lapsed(lock, now) ? null : lock.share;
      await this.db.lock.update(1, { seen, extra, share });
      return { ...lock, seen, extra, share };
    });
    if (!found?.share) this.close();
    return found;
  }

  private opened(): CryptoKey {
    if (!this.key) throw new Error("locked");
    return this.key;
  }
}

const aes = (data: Bytes) => crypto.subtle.importKey("raw", data, "AES-GCM", false, ["encrypt", "decrypt"]);

export const vault = new Vault();
