// Copies the few files of others that our pages load from node_modules to src/fengqiao/static/vendor (not in the
// repository). Source maps stay behind, and so does the line that names them: the static file manifest would miss them.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const vendor = join(root, "src/fengqiao/static/vendor");
const wanted = {
  "tabler/css/tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
  "tabler/js/tabler.min.js": "@tabler/core/dist/js/tabler.min.js",
};

rmSync(vendor, { recursive: true, force: true });
for (const [target, source] of Object.entries(wanted)) {
  const text = readFileSync(join(root, "node_modules", source), "utf8");
  mkdirSync(dirname(join(vendor, target)), { recursive: true });
  writeFileSync(join(vendor, target), text.replace(/^(\/\/|\/\*)# sourceMappingURL=.*$/gm, ""));
}
