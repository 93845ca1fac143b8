import { describe, expect, it } from "vitest";
import { bundle, receipt } from "../src/bundle";
import { type Bytes, canonical, encode, fromBase64, toBase64 } from "../src/bytes";
import { Log, written } from "../src/operations";
import { open, stretched } from "../src/seal";
import { Vault } from "../src/vault";
import { phone } from "./ground";

/** What the station does with a box: its private key and the ephemeral public one in front. */
async function atStation(one: Awaited<ReturnType<typeof phone>>, box: Bytes, about: string): Promise<string> {
  const length = box[0]! * 256 + box[1]!;
  const ephemeral = await crypto.subtle.importKey("spki", box.slice(2, 2 + length), { name: "ECDH", namedCurve: "P-256" }, false, []);
  const key = await stretched(await crypto.subtle.deriveBits({ name: "ECDH", public: ephemeral }, one.box.privateKey, 256));
  return new TextDecoder().decode(await open(box, key, about));
}

describe("the operation log", () => {
  it("numbers without holes, also from two tabs at once", async () => {
    const one = await phone();
    const other = new Log(one.db, one.vault);
    await Promise.all(Array.from({ length: 20 }, (_, at) => (at % 2 ? one.log : other).write("capture", { text: String(at) })));
    const all = await one.log.all();
    expect(all.map((op) => op.seq)).toEqual(Array.from({ length: 20 }, (_, at) => at + 1));
    expect(new Set(all.map((op) => op.data.text)).size).toBe(20);
    expect(await one.log.waiting()).toMatchObject({ count: 20, files: 0 });
  });

  it("announces files as operations about what the first one makes, and takes the draft away in the same moment", async () => {
    const one = await phone();
    for (const id of ["capture", "capture|1", "note"]) await one.db.drafts.put({ id, at: 0, body: new Uint8Array() });
    const op = await one.log.write("capture", { text: "界墙" }, { draft: "capture", files: [{ name: "照片1.jpg", type: "image/jpeg", purpose: "photo", bytes: encode("bild") }] });
    const [first, second] = await one.log.all();
    expect(second).toMatchObject({ seq: 2, act: "attachment", about: `op:${op}`, after: [op], data: { size: 4, purpose: "photo" } });
    expect(first).toMatchObject({ op, seq: 1, offset_ms: null, v: 1 });
    expect(await one.log.file(second!.op)).toEqual(encode("bild"));
    expect((await one.db.drafts.toArray()).map((row) => row.id)).toEqual(["note"]);
  });

  it("keeps nothing readable on the phone, and lets the station read all of it", async () => {
    const one = await phone();
    await one.log.write("capture", { text: "界墙之争", parties: [{ name: "李明" }] });
    const [row] = await one.db.operations.toArray();
    expect(JSON.stringify(row)).not.toContain("李明");
    const device = (await one.db.lock.get(1))!.device;
    const said = JSON.parse(await atStation(one, row!.box, `${device}|1`)) as { data: { text: string } };
    expect(said.data.text).toBe("界墙之争");
    await expect(atStation(one, row!.box, `${device}|2`)).rejects.toThrow();
  });

  it("writes nothing at all when the phone is full, so that the draft stays", async () => {
    const one = await phone();
    await one.db.drafts.put({ id: "capture", at: 0, body: new Uint8Array() });
    const full = () => {
      throw new DOMException("full", "QuotaExceededError");
    };
    one.db.files.hook("creating", full);
    const file = { name: "a", type: "image/jpeg", purpose: "photo", bytes: encode("a") };
    await expect(one.log.write("capture", {}, { draft: "capture", files: [file] })).rejects.toThrow(/full/);
    expect([await one.db.operations.count(), await one.db.drafts.count(), await one.db.number("seq")]).toEqual([0, 1, 0]);
  });

  it("claims the phone's clock as the phone shows it", () => {
    expect(written(Date.UTC(2026, 10, 22, 2, 3, 4))).toMatch(/^2026-11-22T\d\d:\d3:04[+-]\d\d:\d\d$/);
    expect(Date.parse(written(Date.UTC(2026, 10, 22, 2, 3, 4)))).toBe(Date.UTC(2026, 10, 22, 2, 3, 4));
  });
});

describe("a bundle", () => {
  it("leaves a phone whose key is gone, signed by the phone", async () => {
    const one = await phone();
    await one.log.write("capture", { text: "界墙" }, { files: [{ name: "a", type: "image/jpeg", purpose: "photo", bytes: encode("bild") }] });
    one.vault.close();
    const made = (await bundle(one.db))!;
    expect([made.first, made.last, made.sealed.length, made.files.length]).toEqual([1, 2, 2, 1]);
    const { signature, ...said } = made;
    const good = await crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, one.own.publicKey, fromBase64(signature!), encode(canonical(said)));
    expect(good).toBe(true);
    expect(await atStation(one, fromBase64(made.files[0]!.box), `${made.device}|2|file`)).toBe("bild");
  });

  it("is answered by a receipt that only the station can write", async () => {
    const one = await phone();
    const op = await one.log.write("capture", { text: "界墙" });
    const device = (await one.db.lock.get(1))!.device;
    const said = { format: "fengqiao-receipt", device, answers: [{ op, seq: 1, outcome: "done", made: { number: "1" } }], cursor: "" };
    const sign = async (key: CryptoKey) => toBase64(new Uint8Array(await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, key, encode(canonical(said)))));
    const forged = JSON.stringify({ ...said, signature: await sign(one.own.privateKey) });
    expect(await receipt(forged, one.sync, one.db)).toEqual({ state: "forged" });
    expect(await receipt(JSON.stringify({ ...said, device: "x", signature: "" }), one.sync, one.db)).toEqual({ state: "foreign" });
    expect(await receipt("{", one.sync, one.db)).toEqual({ state: "unreadable" });
    expect((await one.log.waiting()).count).toBe(1);
    const good = JSON.stringify({ ...said, signature: await sign(one.receipts.privateKey) });
    expect(await receipt(good, one.sync, one.db)).toEqual({ state: "read", answers: 1 });
    expect((await one.log.waiting()).count).toBe(0);
    expect((await bundle(one.db))).toBeNull();
  });
});

it("canonical JSON has sorted keys and no spaces", () => {
  expect(canonical({ b: [1, { d: null, c: "界" }], a: "x", u: undefined })).toBe('{"a":"x","b":[1,{"c":"界","d":null}]}');
  expect(new Vault()).toBeDefined();
});
