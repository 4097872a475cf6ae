// How the app is bundled and served: relative paths, module workers, cross-origin isolation, a strict policy.
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import {
  contentSecurityPolicy,
  developmentPolicy,
  policyInPage,
} from "./tools/vite/content-security-policy.ts";
import { modelMirror } from "./tools/vite/model-mirror.ts";
import { oneLanguage } from "./tools/vite/one-language.ts";
import { serviceWorker } from "./tools/vite/service-worker.ts";

/** WASM threads need shared memory, and browsers share memory only in an isolated page. */
const isolation = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

export default defineConfig({
  // Relative, so that one build works at the root of a host and below any path.
  base: "./",
  plugins: [
    react(),
    oneLanguage("en-US"),
    modelMirror(process.env.MODEL_MIRROR),
    policyInPage(),
    serviceWorker(),
  ],
  worker: { format: "es" },
  // Pre-bundling would part onnxruntime-web from the wasm files beside it.
  optimizeDeps: { exclude: ["onnxruntime-web"] },
  // Nearly all of the page is on the first screen; only dialogs and the files they write are loaded later.
  build: { target: "es2022", chunkSizeWarningLimit: 800 },
  server: { headers: { ...isolation, "Content-Security-Policy": developmentPolicy } },
  preview: { headers: { ...isolation, "Content-Security-Policy": contentSecurityPolicy } },
});
