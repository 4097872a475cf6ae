// Stand-ins for fetch and Cache Storage with which every misfortune of a download can be staged.
import { createHash } from "node:crypto";
import type { Progress } from "../../src/bridge/contract.ts";
import type { CacheLike, CachesLike, StoreContext } from "../../src/engine/store/store-context.ts";

export type Bytes = Uint8Array<ArrayBuffer>;

export interface FakeRequest {
  readonly url: string;
  /** First byte that is asked for, without a Range header `undefined`. */
  readonly from: number | undefined;
  readonly signal: AbortSignal;
}

export type Answer = (request: FakeRequest) => Response | Promise<Response>;

/** How `serve` departs from a perfect server. */
export interface Serving {
  readonly etag?: string;
  readonly contentType?: string;
  /** Bytes in one chunk of the stream. */
  readonly chunk?: number;
  /** Ignores ranges. */
  readonly whole?: boolean;
  /** Response headers that another origin may not read. */
  readonly hidden?: readonly string[];
  /** The stream ends (`end`), breaks (`error`) or waits for ever (`stall`) after so many bytes of this reply. */
  readonly stop?: { readonly after: number; readonly how: "end" | "error" | "stall" };
  readonly headers?: Readonly<Record<string, string>>;
}

/** Deterministic bytes that no sniffing takes for a page; another seed, other bytes. */
export function someBytes(length: number, seed = 1): Bytes {
  return Uint8Array.from({ length }, (_, index) =>
    index === 0 ? 8 : (index * 31 + (index >> 8) * 7 + seed * 13) & 255,
  );
}

export function hexDigest(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** A server that has one file. */
export function serve(bytes: Bytes, serving: Serving = {}): Answer {
  return ({ from, signal }) => {
    const start = serving.whole ? 0 : (from ?? 0);
    const headers = new Headers({ "content-type": serving.contentType ?? "application/octet-stream" });
    if (serving.etag !== undefined) headers.set("etag", serving.etag);
    if (start > 0 && start >= bytes.length) return new Response(null, { status: 416, headers });
    const part = bytes.subarray(start);
    headers.set("content-length", String(part.length));
    const isRange = from !== undefined && !serving.whole;
    if (isRange) headers.set("content-range", `bytes ${start}-${bytes.length - 1}/${bytes.length}`);
    for (const [name, value] of Object.entries(serving.headers ?? {})) headers.set(name, value);
    for (const name of serving.hidden ?? []) headers.delete(name);
    return new Response(streamOf(part, serving, signal), { status: isRange ? 206 : 200, headers });
  };
}

function streamOf(part: Bytes, serving: Serving, signal: AbortSignal): ReadableStream<Bytes> {
  const { chunk = 1000, stop } = serving;
  const end = Math.min(part.length, stop?.after ?? part.length);
  let sent = 0;
  return new ReadableStream<Bytes>(
    {
      start(controller) {
        signal.addEventListener("abort", () => controller.error(new DOMException("aborted", "AbortError")));
      },
      pull(controller) {
        if (sent < end) {
          const next = Math.min(sent + chunk, end);
          controller.enqueue(part.slice(sent, next));
          sent = next;
          return undefined;
        }
        if (stop?.how === "error") controller.error(new TypeError("network error"));
        else if (stop?.how === "stall") return new Promise<void>(() => {});
        else controller.close();
        return undefined;
      },
    },
    { highWaterMark: 0 },
  );
}

/** A connection that fails before any reply. */
export const offline: Answer = () => {
  throw new TypeError("Failed to fetch");
};

/** A reply without a file. */
export function status(code: number, body = "<!doctype html><title>error</title>"): Answer {
  return () => new Response(body, { status: code, headers: { "content-type": "text/html" } });
}

/** Gives each request the next answer; the last one for good. */
export function inTurn(...answers: readonly Answer[]): Answer {
  let turn = 0;
  return (request) => answers[Math.min(turn++, answers.length - 1)](request);
}

/** Cache Storage in a Map. `refuse` makes `put` fail. */
export interface FakeCaches extends CachesLike {
  readonly entries: Map<string, { readonly body: Bytes; readonly headers: Headers }>;
  refuse: ((key: string) => Error | undefined) | undefined;
}

export function fakeCaches(): FakeCaches {
  const entries: FakeCaches["entries"] = new Map();
  const cache: CacheLike = {
    match: async (key) => {
      const entry = entries.get(key);
      return entry && new Response(entry.body, { headers: entry.headers });
    },
    put: async (key, response) => {
      const refusal = fake.refuse?.(key);
      if (refusal) throw refusal;
      entries.set(key, { body: new Uint8Array(await response.arrayBuffer()), headers: response.headers });
    },
    delete: async (key) => entries.delete(key),
  };
  const fake: FakeCaches = { entries, refuse: undefined, open: async () => cache };
  return fake;
}

export const quotaExceeded = () => new DOMException("The quota has been exceeded.", "QuotaExceededError");

/** A store context on fakes, with what it did. */
export interface FakePlatform {
  readonly context: StoreContext;
  readonly caches: FakeCaches;
  readonly requests: FakeRequest[];
  readonly progress: Progress[];
  /** Answers by address; everything else is unreachable. Can be changed at any time. */
  readonly routes: Map<string, Answer>;
  /** The same browser later: after a reload, so without what was in memory, and with a new signal. */
  readonly reloaded: (changes?: Partial<StoreContext>) => StoreContext;
}

export const baseUrl = new URL("https://app.example/patchlight/");

export function fakePlatform(
  routes: Readonly<Record<string, Answer>>,
  changes: Partial<StoreContext> = {},
): FakePlatform {
  const caches = fakeCaches();
  const requests: FakeRequest[] = [];
  const progress: Progress[] = [];
  const table = new Map(Object.entries(routes));
  const fetch: StoreContext["fetch"] = async (url, init) => {
    const range = new Headers(init.headers).get("range");
    const from = range === null ? undefined : Number(/^bytes=(\d+)-$/.exec(range)?.[1]);
    const request = { url, from, signal: init.signal ?? new AbortController().signal };
    request.signal.throwIfAborted();
    requests.push(request);
    return (table.get(url) ?? offline)(request);
  };
  const reloaded = (later: Partial<StoreContext> = {}): StoreContext => ({
    baseUrl,
    fetch,
    caches,
    crypto: globalThis.crypto,
    memory: new Map(),
    signal: new AbortController().signal,
    onProgress: (step) => progress.push(step),
    ...changes,
    ...later,
  });
  return { context: reloaded(), caches, requests, progress, routes: table, reloaded };
}
