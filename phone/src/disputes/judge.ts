/** The tables of law for a screen: read once, again after a sync. */
import { shallowRef, watch } from "vue";
import { type Law, option, type Option, type Situation } from "../law";
import { session } from "../session";
import { type Tables, tables, type Word } from "../tables";

export function useLaw() {
  const held = shallowRef<Tables | null>(null);
  watch(() => session.changed, async () => (held.value = await tables()), { immediate: true });
  const law = (): Law | null => (held.value?.law as Law | undefined) ?? null;
  const judge = (route: string, said: Situation): Option | undefined => {
    const known = law();
    return known ? option(route, said, known) : undefined;
  };
  const words = (vocabulary: string): Word[] => held.value?.words[vocabulary] ?? [];
  return { law, judge, words };
}

/** Today where the phone is, 2026-11-22. */
export function today(now = new Date()): string {
  const two = (value: number) => String(value).padStart(2, "0");
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}
