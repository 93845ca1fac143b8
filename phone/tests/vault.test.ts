import { describe, expect, it } from "vitest";
import { encode } from "../src/bytes";
import { lapsed, running, TRIES, Vault } from "../src/vault";
import { HOUR, phone, PIN } from "./ground";

const reopened = (one: Awaited<ReturnType<typeof phone>>) => new Vault(one.db, () => one.clock.now, 1000);

describe("the vault", () => {
  it("opens with its PIN after the browser was closed, and gives back what was put in", async () => {
    const one = await phone();
    const box = await one.vault.put(encode("界墙"), "thing|1");
    const vault = reopened(one);
    expect(await vault.state()).toBe("locked");
    await expect(vault.take(box, "thing|1")).rejects.toThrow("locked");
    expect(await vault.unlock(PIN)).toEqual({ state: "open" });
    expect(new TextDecoder().decode(await vault.take(box, "thing|1"))).toBe("界墙");
    await expect(vault.take(box, "thing|2")).rejects.toThrow(); // a body belongs to its row
  });

  it("counts wrong PINs over restarts, forgives at a right one, and drops the key at the tenth", async () => {
    const one = await phone();
    for (let left = TRIES - 1; left > 5; left -= 1) expect(await reopened(one).unlock("000001")).toEqual({ state: "wrong", left });
    expect(await reopened(one).unlock(PIN)).toEqual({ state: "open" });
    for (let tries = 1; tries < TRIES; tries += 1) expect(await reopened(one).unlock("000001")).toEqual({ state: "wrong", left: TRIES - tries });
    expect(await reopened(one).unlock("000001")).toEqual({ state: "dropped" });
    expect(await reopened(one).unlock(PIN)).toEqual({ state: "dropped" });
    const lock = await one.db.lock.get(1);
    expect([lock?.wrapped, lock?.share]).toEqual([null, null]);
  });

  it("leaves what was not sent sealed for the station after the key is gone", async () => {
    const one = await phone();
    await one.log.write("capture", { text: "界墙" });
    for (let tries = 0; tries < TRIES; tries += 1) await reopened(one).unlock("000001");
    expect(await one.db.operations.count()).toBe(1);
    expect((await one.db.operations.toArray())[0]!.box.length).toBeGreaterThan(100);
  });

  it("goes dark 96 hours after the last contact and opens again with the same share", async () => {
    const one = await phone();
    one.clock.now += 72 * HOUR;
    expect(await reopened(one).unlock(PIN)).toEqual({ state: "open" }); // the island run
    one.clock.now += 24 * HOUR + 1000;
    expect(await one.vault.state()).toBe("lapsed");
    expect(one.vault.open).toBe(false);
    expect((await one.db.lock.get(1))?.share).toBeNull();
    await one.vault.renew(one.share);
    expect(await one.vault.unlock(PIN)).toEqual({ state: "open" });
  });

  it("gains nothing from a clock turned back, and a contact begins the time anew", async () => {
    const one = await phone();
    one.clock.now += 80 * HOUR;
    await one.vault.state();
    one.clock.now -= 200 * HOUR;
    expect(await one.vault.state()).toBe("lapsed");
    await one.vault.renew(one.share);
    await one.vault.unlock(PIN);
    one.clock.now -= 24 * 365 * HOUR; // a clock put right while the station is reached
    await one.vault.contact();
    expect(await one.vault.state()).toBe("open");
    one.clock.now += 95 * HOUR;
    expect(await one.vault.state()).toBe("open");
  });

  it("never lets its own time run backwards, however the clock is turned", () => {
    let lock = { seen: 1000, extra: 0 };
    let before = 1000;
    let random = 42;
    for (let step = 0; step < 2000; step += 1) {
      random = (random * 1103515245 + 12345) % 2147483648;
      const next = running(lock, Math.max(0, lock.seen + (random % 20001) - 10000));
      expect(next.time).toBeGreaterThanOrEqual(before);
      before = next.time;
      lock = { seen: next.seen, extra: next.extra };
    }
    expect(lapsed({ ...lock, contact: 0, shareHours: 1 } as never, lock.seen)).toBe(true);
  });

  it("changes the PIN for what is already there, and only with the old one", async () => {
    const one = await phone();
    const box = await one.vault.put(encode("x"), "a");
    expect(await one.vault.change("falsch", "neu-neu")).toEqual({ state: "wrong", left: TRIES - 1 });
    expect(await one.vault.change(PIN, "neu-neu")).toEqual({ state: "open" });
    const vault = reopened(one);
    expect((await vault.unlock(PIN)).state).toBe("wrong");
    expect((await vault.unlock("neu-neu")).state).toBe("open");
    expect(await vault.take(box, "a")).toEqual(encode("x"));
  });
});
