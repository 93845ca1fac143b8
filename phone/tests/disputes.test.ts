import { describe, expect, it } from "vitest";
import { act, cases, named } from "../src/disputes/cases";
import { amount, sum, yuan } from "../src/disputes/amount";
import type { Written } from "../src/operations";
import { overlay } from "../src/overlay";
import type { Role, Thing } from "../src/protocol";

const MATTER = "11111111-1111-4111-8111-111111111111";
const DISPUTE = "22222222-2222-4222-8222-222222222222";
const dispute = (body: object = {}): Thing => ({
  kind: "dispute", id: DISPUTE, rev: 1,
  body: { number: "D1", matter: MATTER, kind: "D02", state: "working", parties: [{ id: "a", name: "王大山", role: "party" }, { id: "c", name: "村长", role: "contact" }], may: ["session_held", "agreement"], ...body },
});
let seq = 0;
const op = (name: string, data: object, more: object = {}): Written => ({
  op: `${String((seq += 1)).padStart(8, "0")}-0000-4000-8000-000000000000`, seq, v: 1, act: name, about: MATTER, after: [], claimed_at: "2026-11-22T10:00:00+08:00",
  offset_ms: null, data: data as Record<string, unknown>, state: "waiting", outcome: "", answer: null, ...more,
});
const seen = (things: Thing[], own: Written[] = [], role: Role = "police") => cases(overlay(things, own).values(), role);

describe("disputes on the phone", () => {
  it("shows a dispute once, not its matter beside it, and no contact among the parties", () => {
    const [one, ...rest] = seen([dispute(), { kind: "matter", id: MATTER, rev: 1, body: { kind: "D02", title: "界墙" } }]);
    expect(rest).toEqual([]);
    expect(one).toMatchObject({ dispute: DISPUTE, about: MATTER, sides: [{ ref: "a", name: "王大山" }] });
  });

  it("lets an officer settle a quarrel just written down, and an auxiliary or a grid worker not", () => {
    const capture = op("capture", { kind: "dispute", text: "两家推搡", parties: [{ name: "甲" }, { name: "乙" }] }, { about: null });
    expect(seen([], [capture])[0]).toMatchObject({ about: `op:${capture.op}`, dispute: null, may: ["session_held", "agreement"], sides: [{ ref: 0, name: "甲" }, { ref: 1, name: "乙" }] });
    for (const role of ["auxiliary", "grid", "volunteer"] as const) expect(seen([], [capture], role)[0]?.may).toEqual([]);
  });

  it("offers what the station allowed, and after mediating what follows from it", () => {
    const held = op("session_held", { outcome: "settled", dispute: DISPUTE });
    const [after] = seen([dispute()], [held]);
    expect(after?.may.sort()).toEqual(["agreement", "revisit"]);
    expect(after?.here).toEqual({ session: `op:${held.op}/session`, outcome: "settled" });
    const paper = op("agreement", { dispute: DISPUTE, session: after!.here.session, owed: [{ debtor: "a", creditor: "b", kind: "money", amount: "500.00", due_on: "2026-12-01" }] });
    const [agreed] = seen([dispute()], [held, paper]);
    expect(agreed?.agreement).toMatchObject({ id: `op:${paper.op}/agreement`, owed: [{ amount: "500.00", state: "pending" }] });
    expect(agreed?.may).toContain("signature");
    expect(agreed?.may).not.toContain("session_held");
    expect(seen([dispute({ may: ["revisit"] })], [], "auxiliary")[0]?.may).toEqual(["revisit"]);
  });

  it("finds a quarrel by what the station made of it, and takes back what did not happen", () => {
    const capture = op("capture", { kind: "dispute", text: "吵" }, { about: null, state: "answered", outcome: "done", answer: { made: { matter: MATTER } } });
    const held = op("session_held", { outcome: "settled" }, { about: `op:${capture.op}` });
    expect(seen([], [capture, held])[0]).toMatchObject({ about: MATTER, here: { outcome: "settled" } });
    expect(seen([dispute({ may: ["close"] })], [op("close", { dispute: DISPUTE }, { state: "answered", outcome: "conflict" })])[0]?.here).toEqual({});
    expect(seen([dispute({ may: ["close"] })], [op("close", { dispute: DISPUTE })])[0]).toMatchObject({ here: { closed: true }, may: [] });
  });

  it("counts a performance until the feed has it", () => {
    const owed = [{ id: "o1", debtor: "a", creditor: "b", kind: "money", amount: "500.00", paid: "0.00", text: "", due_on: "2026-12-01", state: "pending" }];
    const thing = dispute({ may: ["performance"], agreement: { id: "g", owed } });
    expect(seen([thing], [op("performance", { obligation: "o1", amount: "200.00" })])[0]?.agreement?.owed[0]).toMatchObject({ paid: "200.00", state: "partly" });
    expect(seen([thing], [op("performance", { obligation: "o1", amount: "" })])[0]?.agreement?.owed[0]).toMatchObject({ paid: "500.00", state: "performed" });
    expect(thing.body.agreement).toEqual({ id: "g", owed });
  });

  it("keeps nothing of what is sealed", () => {
    expect(seen([{ kind: "dispute", id: DISPUTE, rev: 1, body: { sealed: true, number: "D1", matter: MATTER, state: "working" } }])[0]).toMatchObject({ sealed: true, may: [], sides: [] });
  });

  it("names every operation it waits for", () => {
    const [first, second] = ["a", "b"].map((one) => `${one.repeat(8)}-0000-4000-8000-000000000000`);
    expect(named([`op:${first}`, { session: `op:${second}/session`, text: "op: 不是" }])).toEqual([first, second]);
    expect(act).toBeTypeOf("function");
  });
});

describe("amounts", () => {
  it.each([
    ["69万", "690000.00"], ["六十九万", "690000.00"], ["690,000.00 元", "690000.00"], ["三百元五角", "300.50"], ["1万5千", "15000.00"], ["￥300", "300.00"], ["两千", "2000.00"],
    ["1.5万", "15000.00"], ["一千零五十", "1050.00"], ["三百万", "3000000.00"],
  ])("reads %s", (written, read) => expect(amount(written)).toEqual({ yuan: read }));

  it.each([["二万三", "amount_unclear"], ["2万3", "amount_unclear"], ["0", "amount_zero"], ["1.234", "amount_parts"], ["若干", "amount_wrong"], ["", "amount_wrong"]])("does not guess %s", (written, wrong) =>
    expect(amount(written)).toEqual({ wrong }),
  );

  it("adds up and writes as people do", () => {
    expect(sum(["690000.00", "0.50"])).toBe("690000.50");
    expect([yuan("690000.00"), yuan("300.5"), yuan(1234567)]).toEqual(["690,000", "300.50", "1,234,567"]);
  });
});
