/** A bundle leaves as a file. */
import { bundle } from "../bundle";

export async function handOver(): Promise<number> {
  const made = await bundle();
  if (!made) return 0;
  const url = URL.createObjectURL(new Blob([JSON.stringify(made)], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = `枫桥-${made.device.slice(0, 8)}-${made.first}-${made.last}.fqb`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
  return made.sealed.length || made.files.length;
}
