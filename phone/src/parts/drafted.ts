/** What is being filled in survives a closed browser; it goes in the same moment as its operation. */
import { onUnmounted, watch } from "vue";
import { dropDraft, keepDraft, readDraft } from "../capture/draft";

export function useDraft<T extends object>(name: string, form: T): { ready: Promise<void>; stop: () => void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let on = false;
  const flush = () => {
    clearTimeout(timer);
    if (on) void keepDraft(name, form).catch(() => undefined); // full: the screen still has it
  };
  const ready = readDraft<T>(name).then((kept) => {
    if (kept) Object.assign(form, kept.value);
    on = true;
  });
  watch(form, () => {
    clearTimeout(timer);
    if (on) timer = setTimeout(flush, 300);
  }, { deep: true });
  onUnmounted(() => timer && flush());
  return { ready, stop: () => { clearTimeout(timer); timer = undefined; on = false; } };
}

export { dropDraft };
