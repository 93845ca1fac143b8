/// <reference types="vitest/config" />
import { fileURLToPath } from "node:url";
import { constants, brotliCompressSync, gzipSync } from "node:zlib";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { VantResolver } from "@vant/auto-import-resolver";
import vue from "@vitejs/plugin-vue";
import components from "unplugin-vue-components/vite";
import { defineConfig, type Plugin } from "vite";
import { VitePWA } from "vite-plugin-pwa";

const here = fileURLToPath(new URL(".", import.meta.url));
const out = join(here, "../src/fengqiao/static/phone");

/** Each text file beside its .br and .gz: the server hands out what the browser takes (whitenoise). */
function compressed(): Plugin {
  return {
    name: "compressed",
    apply: "build",
    enforce: "post",
    closeBundle: {
      order: "post",
      sequential: true,
      handler() {
        for (const file of readdirSync(out, { recursive: true, encoding: "utf8" })) {
          if (!/\.(js|css|html|svg|webmanifest)$/.test(file)) continue;
          const data = readFileSync(join(out, file));
          writeFileSync(join(out, `${file}.gz`), gzipSync(data, { level: 9 }));
          writeFileSync(join(out, `${file}.br`), brotliCompressSync(data, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }));
        }
      },
    },
  };
}

export default defineConfig(({ command }) => ({
  root: here,
  // files lie under /static/phone/, the app itself at /phone/ (src/fengqiao/field/views/phone.py)
  base: command === "build" ? "/static/phone/" : "/phone/",
  build: { target: "chrome109", outDir: out, emptyOutDir: true, assetsInlineLimit: 2048, chunkSizeWarningLimit: 400, rolldownOptions: { checks: { pluginTimings: false } } },
  plugins: [
    vue(),
    components({ dirs: [], dts: false, resolvers: [VantResolver()] }),
    VitePWA({
      injectRegister: false,
      registerType: "prompt", // a new version waits until the user takes it: nothing changes under a hand that writes
      filename: "sw.js",
      manifest: {
        id: "/phone/",
        name: "枫桥 手机端",
        short_name: "枫桥",
        description: "没有信号也能记、能办，联网后自动发送",
        lang: "zh-CN",
        dir: "ltr",
        start_url: "/phone/",
        scope: "/phone/",
        display: "standalone",
        background_color: "#f5f7fa",
        theme_color: "#1b4784",
        icons: [
          { src: "/static/phone/icon-192.png", sizes: "192x192", type: "image/png" },
          { src: "/static/phone/icon-512.png", sizes: "512x512", type: "image/png", purpose: "any maskable" },
        ],
      },
      workbox: {
        inlineWorkboxRuntime: true,
        globPatterns: ["**/*.{js,css,svg,woff2}", "index.html"],
        globIgnores: ["**/*.br", "**/*.gz"],
        modifyURLPrefix: { "": "/static/phone/" },
        manifestTransforms: [
          (entries) => ({
            manifest: entries.map((one) => (one.url === "/static/phone/index.html" ? { ...one, url: "/phone/" } : one)),
            warnings: [],
          }),
        ],
        navigateFallback: "/phone/",
        navigateFallbackAllowlist: [/^\/phone\//],
        navigateFallbackDenylist: [/^\/phone\/(who|install)\//],
        cleanupOutdatedCaches: true,
        clientsClaim: true,
        skipWaiting: false,
        sourcemap: false,
      },
    }),
    compressed(),
  ],
  test: { include: [join(here, "tests/**/*.test.ts")], setupFiles: [join(here, "tests/setup.ts")], environment: "node", testTimeout: 20000 },
}));
