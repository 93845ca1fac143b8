import { describe, expect, it } from "vitest";
import { encode, type Bytes } from "../src/bytes";
import { overlay } from "../src/overlay";
import { Log } from "../src/operations";
import { CHUNK, Sync, things } from "../src/sync";
import { phone } from "./ground";
import { type Fault, Peer } from "./peer";

const big = (length: number): Bytes => new Uint8Array(length).map((_, at) => at % 251);
const shown = async (one: Awaited<ReturnType<typeof phone>>) => [...overlay(await things("matter", one.db, one.vault), await one.log.all()).values()];

describe("sync", () => {
  it("brings twenty captures made without a signal across, each once", async () => {
    const peer = new Peer();
    const one = await phone(peer);
    for (let at = 0; at < 20; at += 1) await one.log.write("capture", { text: `第 ${at} 条` });
    expect((await shown(one)).length).toBe(20);
    expect(await one.sync.run()).toMatchObject({ ending: "done", sent: 20 });
    expect([peer.taken.size, (await one.log.waiting()).count]).toEqual([20, 0]);
    expect((await shown(one)).length).toBe(20);
    expect(await one.log.all()).toEqual([]); // the projections hold them, the overlay is gone
    expect((await one.log.recorded("capture")).map((each) => each.data.text)[0]).toBe("第 19 条");
    one.clock.now += 73 * 3_600_000;
    await one.sync.run();
    expect(await one.log.recorded("capture")).toEqual([]);
  });

  it("loses and doubles nothing, whichever request is cut and on which side", async () => {
    const faults: Fault[] = ["before", "after"];
    for (let cut = 0; cut < 9; cut += 1)
      for (const fault of faults) {
        const peer = new Peer();
        const one = await phone(peer);
        for (let at = 0; at < 3; at += 1) await one.log.write("capture", { text: String(at) }, { files: at ? [] : [{ name: "a", type: "image/jpeg", purpose: "photo", bytes: big(CHUNK * 2 + 5) }] });
        peer.faults = [...Array<null>(cut).fill(null), fault];
        const first = await one.sync.run();
        if (peer.faults.length === 0 && cut < 5) expect(first.ending).toBe("unreachable");
        expect((await shown(one)).length).toBe(3);
        await one.sync.run();
        expect([...peer.taken.values()].filter((each) => each.operation.act === "capture").length).toBe(3);
        expect([...peer.files.values()].map((file) => file.length)).toEqual([CHUNK * 2 + 5]);
        expect((await one.log.waiting())).toEqual({ count: 0, oldest: null, files: 0 });
      }
  });

  it("sends photos after everything else, and goes on where they stopped", async () => {
    const peer = new Peer();
    const one = await phone(peer);
    await one.log.write("capture", {}, { files: [{ name: "a", type: "image/jpeg", purpose: "photo", bytes: big(CHUNK * 3) }] });
    await one.log.write("capture", {});
    peer.faults = [null, null, null, null, "before"]; // operations, feed, have, first chunk, second chunk
    expect((await one.sync.run()).ending).toBe("unreachable");
    expect(peer.requests.slice(0, 3)).toEqual(["POST operations", "GET feed", expect.stringMatching(/GET f/)]);
    const before = peer.requests.length;
    await one.sync.run();
    const again = peer.requests.slice(before).filter((each) => each.startsWith("PUT"));
    expect(again.length).toBe(2);
  });

  it("asks again later for what waits for an operation still unknown", async () => {
    const peer = new Peer();
    const one = await phone(peer);
    const missing = crypto.randomUUID();
    await one.log.write("note", { text: "x" }, { after: [missing] });
    expect(await one.sync.run()).toMatchObject({ ending: "later", sent: 0 });
    expect((await one.log.waiting()).count).toBe(1);
    peer.taken.set(missing, { operation: {} as never, answer: {} as never });
    expect(await one.sync.run()).toMatchObject({ ending: "done", sent: 1, wait: 0 });
  });

  it("sends in batches the station takes, smaller when it says too much", async () => {
    const peer = new Peer();
    peer.limit = 30;
    const one = await phone(peer);
    await Promise.all(Array.from({ length: 130 }, (_, at) => one.log.write("capture", { text: String(at) })));
    expect(await one.sync.run()).toMatchObject({ ending: "done", sent: 130 });
  });

  it("keeps what the station holds or refuses in sight, and the overlay until the feed has it", async () => {
    const peer = new Peer();
    peer.sealedLate = true;
    const one = await phone(peer);
    const held = await one.log.write("capture", { text: "待核" });
    peer.holds.add(held);
    await one.log.write("capture", { text: "好" });
    await one.sync.run();
    expect((await shown(one)).map((each) => each.own?.outcome).sort()).toEqual(["done", "held"]);
    peer.sealedLate = false;
    await one.sync.run();
    expect((await one.log.all()).map((each) => each.outcome)).toEqual(["held"]);
    expect((await shown(one)).length).toBe(2);
  });

  it("keeps the highest revision, buries what is gone, and drops nothing of a second tab's newer cursor", async () => {
    const peer = new Peer();
    const one = await phone(peer);
    peer.bring({ kind: "task", id: "1", rev: 3, body: { title: "新" } });
    peer.bring({ kind: "task", id: "1", rev: 2, body: { title: "旧" } });
    peer.bring({ kind: "task", id: "2", rev: 1, body: { title: "走" } });
    await one.sync.run();
    expect((await things("task", one.db, one.vault)).map((each) => each.body.title).sort()).toEqual(["新", "走"]);
    peer.bury("task", "2");
    const other = new Sync(one.db, one.vault, new Log(one.db, one.vault), peer.send);
    await Promise.all([one.sync.run(), other.run()]);
    expect((await things("task", one.db, one.vault)).map((each) => each.id)).toEqual(["1"]);
  });

  it("measures how wrong the phone's clock is and says so with each later operation", async () => {
    const peer = new Peer();
    const year = 365 * 24 * 3_600_000;
    const one = await phone(peer, Date.now() + year);
    await one.log.write("capture", { text: "先" });
    await one.sync.run();
    await one.log.write("capture", { text: "后" });
    await one.sync.run();
    const offsets = [...peer.taken.values()].map((each) => each.operation.offset_ms);
    expect(offsets[0]).toBeNull();
    expect(Math.abs(offsets[1]! + year)).toBeLessThan(5000);
  });

  it("delivers what was written before the device ended, then says so; an order to wipe comes after that", async () => {
    const peer = new Peer();
    const one = await phone(peer);
    await one.log.write("capture", { text: "还在" });
    peer.ended = true;
    expect(await one.sync.run()).toMatchObject({ ending: "ended", sent: 1 });
    peer.wipe = true;
    expect(await one.sync.run()).toMatchObject({ ending: "wiped" });
    expect(peer.requests.at(-1)).toBe("POST wiped");
  });

  it("takes a page that is not the station's for no answer", async () => {
    const one = await phone({ send: async () => new Response("<html>WLAN</html>", { status: 200 }) } as never);
    await one.log.write("capture", { text: "x" });
    expect(await one.sync.run()).toMatchObject({ ending: "unreachable", sent: 0 });
    expect((await one.log.waiting()).count).toBe(1);
    expect(encode("x").length).toBe(1);
  });
});
