// Plays the model hubs on this machine: HTTPS under their real names, their redirects and CORS headers, and their bad days.
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { generate } from "selfsigned";
import type { ModelDescriptor } from "../../src/core/models/descriptor.ts";
import { models } from "../../src/core/models/registry.ts";
import { witnesses } from "../../tests/support/witnesses.ts";
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

export interface HubRequest {
  readonly method: string;
  /** Address that the browser asked for. */
  readonly url: string;
  /** The `Range` header. */
  readonly range: string | undefined;
}

export interface Hub {
  /** Flags that lead Chromium's requests for the hubs' hosts here. */
  readonly chromiumArguments: readonly string[];
  /** What was asked for since the last `reset`, redirects included. */
  readonly requests: readonly HubRequest[];
  /** Puts a file at an address of a hub, in place of what was there. */
  readonly publish: (url: string, bytes: Uint8Array) => void;
  /** Lets every request for this address end like this; with `times`, only the next so many. */
  readonly strike: (url: string, misfortune: Misfortune, times?: number) => void;
  /** All files as the mirror has them, no misfortunes, no requests. */
  readonly reset: () => void;
  readonly close: () => Promise<void>;
}

/** Where the hub's resolve addresses redirect to. */
export const contentHost = "us.aws.cdn.hf.co";
const resolveHost = "huggingface.co";
const rawHost = "raw.githubusercontent.com";

interface Strike {
  readonly misfortune: Misfortune;
  left: number;
}

/** Starts a hub on a free port. It has the files of the registry's hub sources that are in the mirror's folder. */
export async function startHub(folder: string = witnesses.models): Promise<Hub> {
  const files = new Map<string, Uint8Array>();
  const strikes = new Map<string, Strike>();
  const requests: HubRequest[] = [];
  const { private: key, cert } = await generate([{ name: "commonName", value: resolveHost }], {
    keyType: "ec",
    algorithm: "sha256",
  });

  const server = createServer({ key, cert }, (request, response) => {
    const host = request.headers.host ?? "";
    const path = request.url ?? "/";
    requests.push({
      method: request.method ?? "",
      url: `https://${host}${path}`,
      range: request.headers.range,
    });
    // A misfortune belongs to the address that the app knows, and happens where the content is.
    const known = `https://${host === contentHost ? resolveHost : host}${path}`;
    const bytes = files.get(known);
    const strike = host === resolveHost && bytes ? undefined : nextStrike(strikes, known);
    answer(request, response, { host, path, bytes, misfortune: strike }).catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;

  function reset(): void {
    files.clear();
    strikes.clear();
    requests.length = 0;
    for (const [url, path] of publishedFiles(folder)) files.set(url, readFileSync(path));
  }
  reset();
  const hubRules = [resolveHost, contentHost, rawHost].map((host) => `MAP ${host} 127.0.0.1:${port}`);
  // Pages under a name of their own are not secure, as those of localhost are: some tests want that.
  const rules = [...hubRules, "MAP *.test 127.0.0.1"];
  return {
    chromiumArguments: [`--host-resolver-rules=${rules.join(", ")}`, "--ignore-certificate-errors"],
    requests,
    publish: (url, bytes) => files.set(url, bytes),
    strike: (url, misfortune, times = Number.POSITIVE_INFINITY) =>
      strikes.set(url, { misfortune, left: times }),
    reset,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** Hub addresses of the registry, each with the file of the same model in the mirror's folder. */
function publishedFiles(folder: string): [url: string, path: string][] {
  const everyModel: readonly ModelDescriptor[] = models;
  return everyModel
    .flatMap((model) => model.files)
    .flatMap(({ sources }): [string, string][] => {
      const mirrored = sources.find((source) => source.kind === "mirror");
      const path = mirrored && resolve(folder, mirrored.location);
      if (path === undefined || !existsSync(path)) return [];
      return sources.filter((source) => source.kind === "hub").map((source) => [source.location, path]);
    });
}

function nextStrike(strikes: Map<string, Strike>, url: string): Misfortune | undefined {
  const strike = strikes.get(url);
  if (!strike || strike.left <= 0) return undefined;
  strike.left -= 1;
  return strike.misfortune;
}

interface Wanted {
  readonly host: string;
  readonly path: string;
  readonly bytes: Uint8Array | undefined;
  readonly misfortune: Misfortune | undefined;
}

async function answer(request: IncomingMessage, response: ServerResponse, wanted: Wanted): Promise<void> {
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
