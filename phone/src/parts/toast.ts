import { ref } from "vue";

/** One short sentence above the bar; read out by screen readers. */
export const said = ref("");
let timer: ReturnType<typeof setTimeout> | undefined;

export function say(words: string): void {
  said.value = words;
  clearTimeout(timer);
  timer = setTimeout(() => (said.value = ""), 4000);
}
