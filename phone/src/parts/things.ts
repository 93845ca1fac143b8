/** Things of these kinds for a screen: read when it opens, and again whenever something changed. */
import { computed, shallowRef, watch } from "vue";
import type { Shown } from "../overlay";
import { session, shown } from "../session";

export function useThings(...kinds: string[]) {
  const all = shallowRef<Shown[] | null>(null);
  let asked = 0;
  watch(
    () => session.changed,
    async () => {
      const mine = (asked += 1);
      const found = [...(await shown(...kinds)).values()];
      if (mine === asked) all.value = found;
    },
    { immediate: true },
  );
  return { loading: computed(() => all.value === null), of: (kind: string) => (all.value ?? []).filter((one) => one.kind === kind), all };
}
