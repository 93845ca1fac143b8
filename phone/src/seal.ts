/** Sealing for the station (field-protocol §7): whoever finds the phone cannot read it, the station can. */
import { type Bytes, encode, fromBase64, join, random } from "./bytes";

const CURVE = { name: "ECDH", namedCurve: "P-256" };
const GCM = "AES-GCM";

/** The public half of the station's key, from base64 SPKI. */
export const stationKey = (spki: string) => crypto.subtle.importKey("spki", fromBase64(spki), CURVE, false, []);

/** `box` = length of SPKI (2 bytes) ‖ ephemeral SPKI ‖ nonce ‖ ciphertext; `key` (32 bytes) opens just this box here. */
export async function seal(station: CryptoKey, plain: Bytes, about: string): Promise<{ box: Bytes; key: Bytes }> {
  const subtle = crypto.subtle;
  const pair = await subtle.generateKey(CURVE, true, ["deriveBits"]);
  const spki = new Uint8Array(await subtle.exportKey("spki", pair.publicKey));
  const shared = await subtle.deriveBits({ name: "ECDH", public: station }, pair.privateKey, 256);
  const key = await stretched(shared);
  const iv = random(12);
  const body = await subtle.encrypt({ name: GCM, iv, additionalData: encode(about) }, await aes(key), plain);
  return { box: join(new Uint8Array([spki.length >> 8, spki.length & 255]), spki, iv, new Uint8Array(body)), key };
}

export async function open(box: Bytes, key: Bytes, about: string): Promise<Bytes> {
  const start = 2 + box[0]! * 256 + box[1]!;
  const opening = { name: GCM, iv: box.slice(start, start + 12), additionalData: encode(about) };
  return new Uint8Array(await crypto.subtle.decrypt(opening, await aes(key), box.slice(start + 12)));
}

export async function stretched(shared: ArrayBuffer): Promise<Bytes> {
  const secret = await crypto.subtle.importKey("raw", shared, "HKDF", false, ["deriveBits"]);
  const info = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: encode("fengqiao field v1") };
  return new Uint8Array(await crypto.subtle.deriveBits(info, secret, 256));
}

const aes = (key: Bytes) => crypto.subtle.importKey("raw", key, GCM, false, ["encrypt", "decrypt"]);
