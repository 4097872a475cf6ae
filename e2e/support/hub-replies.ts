// How the hubs' hosts answer one request: redirects, CORS headers, ranges, compression, and misfortunes.
import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { parseRange } from "../../tools/http/send-file.ts";

/** What a hub does in place of sending the file. */
export type Misfortune =
  /** An error with a page for people. */
  | { readonly kind: "status"; readonly status: number }
  /** Status 200 and a page, as captive portals do. */
  | { readonly kind: "page" }
  /** The file, at this pace. */
  | { readonly kind: "slow"; readonly bytesPerSecond: number }
  /** The connection breaks after so many bytes of the reply. */
  | { readonly kind: "cut"; readonly afterBytes: number }
  /** The whole file, whatever part was asked for. */
  | { readonly kind: "no-ranges" }
  /** The connection breaks before any reply. */
  | { readonly kind: "down" };

/** Where the hub's resolve addresses redirect to. */
export const contentHost = "us.aws.cdn.hf.co";
export const resolveHost = "huggingface.co";
export const rawHost = "raw.githubusercontent.com";

/** One request, and what is to become of it. */
export interface Wanted {
  readonly host: string;
  readonly path: string;
  readonly bytes: Uint8Array | undefined;
  readonly misfortune: Misfortune | undefined;
}

/** Answers as the host would, on that day. */
export async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  wanted: Wanted,
): Promise<void> {
  const { host, bytes, misfortune } = wanted;
  if (misfortune?.kind === "down") return void response.destroy();
  for (const [name, value] of Object.entries(crossOriginHeaders(host, request.headers.origin)))
    response.setHeader(name, value);
  // The raw host does not answer preflights; the others do.
  if (request.method === "OPTIONS") return void response.writeHead(host === rawHost ? 403 : 204).end();
  if (misfortune?.kind === "status") return sendPage(response, misfortune.status);
  if (misfortune?.kind === "page") return sendPage(response, 200);
  if (!bytes) return sendPage(response, 404);
  if (host === resolveHost) {
    response.writeHead(302, { location: `https://${contentHost}${wanted.path}` }).end();
    return;
  }
  await sendContent(request, response, bytes, { host, misfortune });
}

/** As the real hosts send them: the raw host exposes no header, so `ETag` and `Content-Range` stay hidden there. */
function crossOriginHeaders(host: string, origin: string | undefined): Record<string, string> {
  if (host === rawHost)
    return { "access-control-allow-origin": "*", "cross-origin-resource-policy": "cross-origin" };
  if (host === contentHost)
    return {
      "access-control-allow-origin": "*",
      "access-control-expose-headers":
        "Accept-Ranges, Content-Range, Content-Type, Content-Disposition, ETag, X-Cache",
    };
  return {
    "access-control-allow-origin": origin ?? `https://${resolveHost}`,
    vary: "Origin",
    "access-control-expose-headers":
      "X-Repo-Commit,X-Linked-Size,X-Linked-ETag,ETag,Link,Accept-Ranges,Content-Range",
  };
}

function sendPage(response: ServerResponse, status: number): void {
  response.writeHead(status, { "content-type": "text/html; charset=utf-8" });
  response.end(`<!doctype html><html><title>${status}</title><p>This is not the file.</p></html>`);
}

async function sendContent(
  request: IncomingMessage,
  response: ServerResponse,
  bytes: Uint8Array,
  { host, misfortune }: Pick<Wanted, "host" | "misfortune">,
): Promise<void> {
  const tag = `"${createHash("sha256").update(bytes).digest("hex")}"`;
  response.setHeader("content-type", "application/octet-stream");
  response.setHeader("accept-ranges", "bytes");
  response.setHeader("etag", tag);
  const range =
    misfortune?.kind === "no-ranges" ? undefined : parseRange(request.headers.range, bytes.length);
  if (range === "unsatisfiable") {
    response.writeHead(416, { "content-range": `bytes */${bytes.length}` }).end();
    return;
  }
  let body = bytes.subarray(range?.start ?? 0, (range?.end ?? bytes.length - 1) + 1);
  if (range) response.setHeader("content-range", `bytes ${range.start}-${range.end}/${bytes.length}`);
  if (host === rawHost && !range && /\bgzip\b/.test(String(request.headers["accept-encoding"]))) {
    response.setHeader("content-encoding", "gzip");
    response.setHeader("etag", `W/${tag}`);
    body = gzipSync(body, { level: 1 });
  }
  response.setHeader("content-length", body.length);
  response.writeHead(range ? 206 : 200);
  await pour(body, response, misfortune);
}

async function pour(
  body: Uint8Array,
  response: ServerResponse,
  misfortune: Misfortune | undefined,
): Promise<void> {
  const end = misfortune?.kind === "cut" ? Math.min(misfortune.afterBytes, body.length) : body.length;
  const ticksPerSecond = 20;
  const step = misfortune?.kind === "slow" ? Math.ceil(misfortune.bytesPerSecond / ticksPerSecond) : 1 << 18;
  for (let start = 0; start < end; start += step) {
    if (response.destroyed) return;
    const more = response.write(body.subarray(start, Math.min(start + step, end)));
    if (misfortune?.kind === "slow") await sleep(1000 / ticksPerSecond);
    else if (!more) await roomOrEnd(response);
  }
  if (end === body.length) return void response.end();
  // What was written must leave before the connection breaks.
  await sleep(100);
  response.destroy();
}

/** Waits until the reader has taken what was written, or has gone. */
function roomOrEnd(response: ServerResponse): Promise<void> {
  return new Promise((done) => {
    const settle = () => {
      response.off("drain", settle).off("close", settle);
      done();
    };
    response.on("drain", settle).on("close", settle);
  });
}
