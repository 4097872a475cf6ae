// The model store for engine tests in Node: the mirror's files and the app's own, straight from disk, nothing kept.
import { createReadStream, existsSync, readdirSync, statSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { Readable } from "node:stream";
import type { StoreFactory } from "../../src/engine/store-for.ts";
import { witnesses } from "../support/witnesses.ts";

const baseUrl = new URL("https://app.example/");
const publicFolder = resolve(import.meta.dirname, "../../public");

/** A store without cache, whose network is the disk. */
export function mirrorStore(): StoreFactory {
  return (_appUrl, signal, onProgress) => ({
    baseUrl,
    fetch: async (url) => answer(new URL(url).pathname.slice(1)),
    caches: undefined,
    crypto: globalThis.crypto,
    memory: new Map(),
    signal,
    onProgress,
  });
}

function answer(path: string): Response {
  if (path === "models-mirror/index.json") return Response.json({ files: mirrorFiles() });
  const file = path.startsWith("models-mirror/")
    ? join(witnesses.models, path.slice("models-mirror/".length))
    : join(publicFolder, path);
  if (!existsSync(file)) return new Response("", { status: 404 });
  const body = Readable.toWeb(createReadStream(file)) as ReadableStream<Uint8Array<ArrayBuffer>>;
  return new Response(body, { headers: { "content-length": String(statSync(file).size) } });
}

function mirrorFiles(): readonly { readonly path: string; readonly bytes: number }[] {
  return readdirSync(witnesses.models, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return { path: relative(witnesses.models, path), bytes: statSync(path).size };
    });
}
