/** Night, large type, language: kept in the browser, not secret, not the station's business. */
import { reactive } from "vue";
import { type Language, speak } from "./words";

export type Night = "auto" | "on" | "off";
const dark = matchMedia("(prefers-color-scheme: dark)");
const read = (key: string): string => localStorage.getItem(`fq:${key}`) ?? "";

export const display = reactive({
  night: (read("night") || "auto") as Night,
  large: read("large") === "1",
  language: (read("language") || "zh") as Language,
});

export async function show(change: Partial<typeof display> = {}): Promise<void> {
  Object.assign(display, change);
  for (const [key, value] of Object.entries(change)) localStorage.setItem(`fq:${key}`, value === true ? "1" : value === false ? "" : String(value));
  const night = display.night === "on" || (display.night === "auto" && dark.matches);
  const root = document.documentElement;
  root.dataset.bsTheme = night ? "dark" : "light";
  root.classList.toggle("fq-large", display.large);
  await speak(display.language);
}

dark.addEventListener("change", () => void show());
