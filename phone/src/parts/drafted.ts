/** What is typed into a small form survives a closed browser. `write(…, { draft })` takes it away in the same moment. */
import { onMounted, watch } from "vue";
import { keepDraft, readDraft } from "../capture/draft";

export function drafted(draft: string, form: Record<string, string>): void {
  let ready = false;
  onMounted(async () => {
    Object.assign(form, (await readDraft<Record<string, string>>(draft))?.value);
    ready = true;
  });
  watch(form, () => {
    if (ready && Object.values(form).some(Boolean)) void keepDraft(draft, { ...form });
  });
}
