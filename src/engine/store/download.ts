// Fetches one file as a stream: with byte progress, resumed where it broke off, tried again once.
import { XaiError } from "../../core/errors.ts";
import type { FileCache } from "./file-cache.ts";
import { openReply, reasonOf } from "./open-reply.ts";
import {
  append,
  firstBytes,
  joined,
  type PartialDownload,
  readPartial,
  restart,
  savePartial,
} from "./partial-download.ts";
import { type StoreContext, throwIfCancelled } from "./store-context.ts";
import { type Promised, refuseWrongKind, sniffedBytes } from "./verify.ts";

export interface DownloadOrder extends Promised {
  /** Name of the file in progress reports. */
  readonly subject: string;
  /** Where the cache keeps what has arrived when the download does not come to its end. */
  readonly partialKey: string;
}

/** Progress is told about every so many bytes: often enough to look alive, rarely enough to cost nothing. */
const progressStep = 64 * 1024;
const attempts = 2;

export interface Downloaded {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Whether it began with bytes that an earlier download had left. */
  readonly resumed: boolean;
}

/**
 * The whole file. Whatever stops it, what has arrived is kept, and the next download of the file goes on from there.
 * @throws model/unreachable, model/http-status, model/html-page, model/truncated, model/size-mismatch,
 *   onnx/git-lfs-pointer, job/cancelled
 */
export async function download(
  order: DownloadOrder,
  context: StoreContext,
  cache: FileCache,
): Promise<Downloaded> {
  const partial = await readPartial(order.partialKey, cache);
  const [earlier] = partial.chunks;
  try {
    await receiveAll(order, partial, context);
  } catch (error) {
    await savePartial(order.partialKey, partial, cache);
    throw error;
  }
  await cache.remove(order.partialKey);
  return { bytes: joined(partial), resumed: earlier !== undefined && partial.chunks[0] === earlier };
}

async function receiveAll(
  order: DownloadOrder,
  partial: PartialDownload,
  context: StoreContext,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const reply = await openReply(order, partial, context);
    const broken = await readBody(reply, order, partial, context);
    if (!broken) return;
    if (attempt === attempts) throw broken;
  }
}

/** Reads to the end of the stream. Returns why another attempt is worth while, if the file is not whole then. */
async function readBody(
  reply: Response,
  order: DownloadOrder,
  partial: PartialDownload,
  context: StoreContext,
): Promise<XaiError | undefined> {
  const { url } = order;
  const reader = reply.body?.getReader();
  const report = progressReporter(order, partial, context);
  report("start");
  try {
    for (;;) {
      const step = await reader?.read();
      if (step === undefined || step.done) break;
      append(partial, step.value);
      refuseTooLong(order, partial);
      report("step");
    }
  } catch (error) {
    await reader?.cancel().catch(() => {});
    throwIfCancelled(context);
    if (error instanceof XaiError) throw error;
    return new XaiError("model/unreachable", { url, reason: reasonOf(error) }, { cause: error });
  }
  refusePageOrPointer(order, partial);
  const expectedBytes = order.bytes ?? partial.total ?? 0;
  if (partial.received < Math.max(expectedBytes, 1))
    return new XaiError("model/truncated", { url, expectedBytes, actualBytes: partial.received });
  report("end");
  return undefined;
}

function refuseTooLong(order: DownloadOrder, partial: PartialDownload): void {
  const { url, bytes: expectedBytes } = order;
  const actualBytes = partial.received;
  if (expectedBytes === undefined || actualBytes <= expectedBytes) return;
  restart(partial);
  throw new XaiError("model/size-mismatch", { url, expectedBytes, actualBytes });
}

function refusePageOrPointer(order: DownloadOrder, partial: PartialDownload): void {
  try {
    refuseWrongKind(firstBytes(partial, sniffedBytes), order.url);
  } catch (error) {
    restart(partial);
    throw error;
  }
}

function progressReporter(
  order: DownloadOrder,
  partial: PartialDownload,
  context: StoreContext,
): (moment: "start" | "step" | "end") => void {
  let reported = -1;
  return (moment) => {
    const done = partial.received;
    if (done === reported || (moment === "step" && done - reported < progressStep)) return;
    reported = done;
    // A server may tell the compressed size: a total that has been passed is none.
    const known = order.bytes ?? partial.total;
    const total = known !== undefined && known >= done ? { total: known } : {};
    context.onProgress({ stage: "download", done, ...total, unit: "bytes", subject: order.subject });
  };
}
