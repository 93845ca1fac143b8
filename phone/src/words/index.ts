/** t("key", {n: 3}) in the chosen language; Chinese until somebody chooses English. */
import { ref } from "vue";
import { type Key, type Words, zh } from "./zh";

export type Language = "zh" | "en";
const books: { zh: Words; en: Words | null } = { zh, en: null };
export const language = ref<Language>("zh");

export async function speak(wanted: Language): Promise<void> {
  if (wanted === "en") books.en ??= (await import("./en")).en;
  language.value = wanted;
  document.documentElement.lang = wanted === "en" ? "en" : "zh-CN";
}

export function t(key: Key, values: Record<string, string | number> = {}): string {
  const words = (language.value === "en" && books.en ? books.en : zh)[key];
  return words.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
}

/** How long ago, as people feel it. */
export function age(from: number, now = Date.now()): string {
  const minutes = Math.floor((now - from) / 60_000);
  if (minutes < 2) return t("just_now");
  if (minutes < 60) return t("minutes", { n: minutes });
  if (minutes < 48 * 60) return t("hours", { n: Math.floor(minutes / 60) });
  return t("days", { n: Math.floor(minutes / 1440) });
}

const TIME: Intl.DateTimeFormatOptions = { month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit", hour12: false };

/** 11月21日 14:05 */
export function moment(at: number | string): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return "";
  if (language.value === "en") return date.toLocaleString("en-GB", { ...TIME, month: "short" });
  const two = (value: number) => String(value).padStart(2, "0");
  return `${date.getMonth() + 1}月${date.getDate()}日 ${two(date.getHours())}:${two(date.getMinutes())}`;
}

export type { Key };
