// Trial downloads: one address, a file, another file of its size, and ways to fetch and to interrupt.
import { isXaiError } from "../../src/core/errors.ts";
import { type Downloaded, type DownloadOrder, download } from "../../src/engine/store/download.ts";
import { openFileCache } from "../../src/engine/store/file-cache.ts";
import type { StoreContext } from "../../src/engine/store/store-context.ts";
import { type Answer, type FakePlatform, fakePlatform, hexDigest, someBytes } from "./fake-platform.ts";

export const url = "https://hub.example/model.onnx";
export const file = someBytes(300_000);
export const other = someBytes(300_000, 2);
export const proven = { bytes: file.length, sha256: hexDigest(file) };
export const tagged = { etag: '"one"' };

function order(promised: { bytes?: number; sha256?: string } = {}): DownloadOrder {
  return { url, subject: "model.onnx", partialKey: "https://app.example/partial", ...promised };
}

/** Downloads `url` as the store would. */
export async function run(context: StoreContext, promised = {}): Promise<Downloaded> {
  return download(order(promised), context, await openFileCache(context));
}

/** What the download fails with; it must fail. */
export async function failure(context: StoreContext, promised = {}) {
  const error = await run(context, promised).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!isXaiError(error)) throw new Error(`expected an XaiError, got ${String(error)}`);
  return { code: error.code, details: error.details };
}

/** A platform on which a first download was cancelled after `after` bytes. */
export async function cancelledAfter(after: number, first: Answer, promised = {}): Promise<FakePlatform> {
  const controller = new AbortController();
  const platform = fakePlatform({ [url]: first });
  const context = platform.reloaded({
    signal: controller.signal,
    onProgress: ({ done = 0 }) => {
      if (done >= after) controller.abort();
    },
  });
  const { code } = await failure(context, promised);
  if (code !== "job/cancelled") throw new Error(`expected a cancelled download, got ${code}`);
  platform.requests.length = 0;
  return platform;
}

/** The first bytes that were asked for, one a request. */
export const ranges = (platform: FakePlatform) => platform.requests.map((request) => request.from);
