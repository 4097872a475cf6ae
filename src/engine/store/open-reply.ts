// Asks a server for a file, or for the rest of one, and judges whether its reply continues what is there.
import { XaiError } from "../../core/errors.ts";
import { type PartialDownload, restart } from "./partial-download.ts";
import { type StoreContext, throwIfCancelled } from "./store-context.ts";
import type { Promised } from "./verify.ts";

/**
 * Opens a reply whose body continues `partial`, which is emptied when the file comes from its start.
 * @throws model/unreachable, model/http-status, model/html-page, job/cancelled
 */
export async function openReply(
  promised: Promised,
  partial: PartialDownload,
  context: StoreContext,
): Promise<Response> {
  const rest = canResume(promised, partial) ? await askForRest(promised, partial, context) : undefined;
  if (rest?.status === 206) return rest;
  const reply = rest ?? (await ask(promised.url, {}, context));
  if (reply.status !== 200) {
    await discard(reply);
    throw new XaiError("model/http-status", { url: promised.url, status: reply.status });
  }
  // Before `restart`: the page of a captive portal must not cost the user what has arrived already.
  await refusePage(reply, promised.url);
  restart(partial);
  partial.etag = strongTag(reply);
  partial.total = reply.headers.has("content-encoding") ? undefined : numberIn(reply, "content-length");
  return reply;
}

/** Bytes of two different files must never be joined: either the digest would tell, or the entity tag does. */
function canResume(promised: Promised, partial: PartialDownload): boolean {
  if (partial.received === 0) return false;
  if (promised.bytes !== undefined && partial.received >= promised.bytes) return false;
  return promised.sha256 !== undefined || partial.etag !== undefined;
}

/** The rest (206), or the whole if the server prefers that (200); `undefined` when a plain request is the way on. */
async function askForRest(
  promised: Promised,
  partial: PartialDownload,
  context: StoreContext,
): Promise<Response | undefined> {
  // An open range needs no preflight, which several hosts do not answer; `If-Range` would.
  const headers = { Range: `bytes=${partial.received}-` };
  const reply = await ask(promised.url, headers, context).catch((error) => {
    throwIfCancelled(context);
    if (error instanceof XaiError) return undefined;
    throw error;
  });
  if (!reply) return undefined;
  if (reply.status === 200 || (reply.status === 206 && continues(reply, promised, partial))) return reply;
  await discard(reply);
  return undefined;
}

function continues(reply: Response, promised: Promised, partial: PartialDownload): boolean {
  const etag = strongTag(reply);
  if (promised.sha256 === undefined && etag !== partial.etag) return false;
  if (etag !== undefined && partial.etag !== undefined && etag !== partial.etag) return false;

  const header = reply.headers.get("content-range");
  // Hosts that do not expose this header to other origins hide it; then only a known digest can tell.
  if (header === null) return promised.sha256 !== undefined;
  const range = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(header.trim());
  if (!range || Number(range[1]) !== partial.received) return false;
  const whole = promised.bytes ?? partial.total;
  return range[3] === "*" || whole === undefined || Number(range[3]) === whole;
}

async function ask(url: string, headers: Record<string, string>, context: StoreContext): Promise<Response> {
  throwIfCancelled(context);
  try {
    // `no-store`: the store keeps the file itself, and a second copy would only use up the quota.
    return await context.fetch(url, { headers, signal: context.signal, cache: "no-store" });
  } catch (error) {
    throwIfCancelled(context);
    throw new XaiError("model/unreachable", { url, reason: reasonOf(error) }, { cause: error });
  }
}

async function refusePage(reply: Response, url: string): Promise<void> {
  if (!/^\s*(text\/html|application\/xhtml)/i.test(reply.headers.get("content-type") ?? "")) return;
  await discard(reply);
  throw new XaiError("model/html-page", { url });
}

async function discard(reply: Response): Promise<void> {
  await reply.body?.cancel().catch(() => {});
}

/** Weak tags name files that are alike, not equal: they cannot vouch for a range. */
function strongTag(reply: Response): string | undefined {
  const tag = reply.headers.get("etag");
  return tag === null || tag.startsWith("W/") ? undefined : tag;
}

function numberIn(reply: Response, header: string): number | undefined {
  const text = reply.headers.get(header);
  return text !== null && /^\d+$/.test(text) ? Number(text) : undefined;
}

/** What a thrown value says, for people. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
