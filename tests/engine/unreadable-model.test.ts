// A model file that cannot be read is forgotten, so that it is not kept and pinned as the right one.
import { describe, expect, test } from "vitest";
import { deitTiny } from "../../src/core/models/deit-tiny.ts";
import { createExplainWorker } from "../../src/engine/explain-worker.ts";
import type { CacheEntry } from "../../src/engine/store/store-context.ts";
import type { StoreFactory } from "../../src/engine/store-for.ts";

const mirrored = deitTiny.files[0].sources[0].location;

/** A store whose memory the test can see, before a mirror that has one file of nonsense. */
function nonsenseStore(memory: Map<string, CacheEntry>): StoreFactory {
  const nonsense = new Uint8Array(1000).fill(0xff);
  return (_appUrl, signal, onProgress) => ({
    baseUrl: new URL("https://app.example/"),
    fetch: async (url) =>
      url.endsWith("index.json")
        ? Response.json({ files: [{ path: mirrored, bytes: nonsense.length }] })
        : new Response(nonsense, { headers: { "content-length": String(nonsense.length) } }),
    caches: undefined,
    crypto: globalThis.crypto,
    memory,
    signal,
    onProgress,
  });
}

describe("a model file that is no model", () => {
  test("is refused and forgotten", async () => {
    const memory = new Map<string, CacheEntry>();
    const tools = { decode: () => Promise.reject(new Error("unused")), display: () => ({}) as ImageBitmap };
    const worker = createExplainWorker(tools, nonsenseStore(memory));
    const load = worker.loadModel(1, { kind: "registered", id: deitTiny.id }, () => undefined);
    await expect(load).rejects.toMatchObject({ code: expect.stringMatching(/^onnx\//) });
    expect([...memory.keys()]).toEqual([]);
  });
});
