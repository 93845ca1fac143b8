import { describe, expect, it } from "vitest";
import { evenings } from "../src/today/work";

const at = (text: string): number => Date.parse(text);

describe("晨巡晚议", () => {
  it("counts the evenings that passed without a decision", () => {
    const found = at("2026-11-20T07:30:00+08:00");
    expect(evenings(found, at("2026-11-20T17:59:00+08:00"), 18)).toBe(0);
    expect(evenings(found, at("2026-11-20T18:00:00+08:00"), 18)).toBe(1);
    expect(evenings(found, at("2026-11-21T07:30:00+08:00"), 18)).toBe(1);
    expect(evenings(found, at("2026-11-22T19:00:00+08:00"), 18)).toBe(3);
  });
  it("gives what was found after the review to the next evening", () => {
    expect(evenings(at("2026-11-20T18:00:00+08:00"), at("2026-11-21T17:00:00+08:00"), 18)).toBe(0);
    expect(evenings(at("2026-11-20T23:30:00+08:00"), at("2026-11-21T18:00:00+08:00"), 18)).toBe(1);
  });
});
