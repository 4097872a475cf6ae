// Vite plugin: lists the files of the finished build and writes the service worker that serves and keeps them.
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { build, type Plugin } from "vite";
import {
  type AppBuild,
  type AppFile,
  digestDigits,
  hashedFolder,
} from "../../src/service-worker/app-build.ts";
import { type ListedFile, listFiles } from "../http/list-files.ts";

/** Its name never changes: browsers look at this address for a newer one. */
const fileName = "service-worker.js";
const entry = resolve(import.meta.dirname, "../../src/service-worker/service-worker.ts");

/** Beside the bundler's own, files up to this size are kept before they are asked for, in bytes. */
const smallFile = 150_000;

/** Writes `service-worker.js` into the build once everything else is there. */
export function serviceWorker(): Plugin {
  let folder = "";
  return {
    name: "patchlight:service-worker",
    apply: "build",
    configResolved({ root, build: { outDir } }) {
      folder = resolve(root, outDir);
    },
    closeBundle: {
      order: "post",
      sequential: true,
      handler: () => writeServiceWorker(folder),
    },
  };
}

/** Writes the service worker for the build in `folder`, as it lies there now. */
export async function writeServiceWorker(folder: string): Promise<void> {
  const appBuild = await listBuild(folder);
  await build({
    configFile: false,
    logLevel: "warn",
    publicDir: false,
    define: { __APP_BUILD__: JSON.stringify(appBuild) },
    build: {
      outDir: folder,
      emptyOutDir: false,
      target: "es2022",
      rolldownOptions: { input: entry, output: { format: "iife", entryFileNames: fileName } },
    },
  });
}

/** What the app in `folder` consists of. The model store keeps models itself, and a mirror is not part of the build. */
export async function listBuild(folder: string): Promise<AppBuild> {
  const listed = (await listFiles(folder)).filter(({ path }) => isOfApp(path));
  const files: AppFile[] = [];
  for (const file of listed) {
    const digest = createHash("sha256").update(await readFile(join(folder, file.path)));
    files.push({
      path: file.path,
      digest: digest.digest("hex").slice(0, digestDigits),
      kept: isWantedAtOnce(file) ? "at-once" : "once-used",
    });
  }
  const version = createHash("sha256").update(JSON.stringify(files)).digest("hex").slice(0, 12);
  return { version, files };
}

function isOfApp(path: string): boolean {
  if (path === fileName || /\.(map|md)$/.test(path) || path.startsWith("models-mirror/")) return false;
  // Cards of models are pages of the app; weights are not.
  return !path.startsWith("models/") || path.endsWith(".json");
}

/** Of onnxruntime-web's builds a browser uses one, so none is fetched before the worker asks for it. */
function isWantedAtOnce({ path, bytes }: ListedFile): boolean {
  if (path.startsWith(hashedFolder)) return !/^ort[-.]|\.wasm$/.test(path.slice(hashedFolder.length));
  return bytes <= smallFile;
}
