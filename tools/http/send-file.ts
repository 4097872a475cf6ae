// Answers one HTTP request with one file: length, entity tag and byte ranges, so that a download can be resumed.
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { extname } from "node:path";

const contentTypes: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".webp": "image/webp",
  ".avif": "image/avif",
  ".ico": "image/x-icon",
  ".webmanifest": "application/manifest+json",
};

interface ByteRange {
  /** First byte, counted from 0. */
  readonly start: number;
  /** Last byte, included. */
  readonly end: number;
}

/** Sends the file at `path`: 200, 206 for a satisfiable range, 304 when the entity tag matches, 416, 405 or 404. */
export async function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): Promise<void> {
  if (request.method !== "GET" && request.method !== "HEAD") return sendStatus(response, 405);
  const facts = await stat(path).catch(() => undefined);
  if (!facts?.isFile()) return sendStatus(response, 404);

  const tag = `"${facts.size.toString(16)}-${Math.round(facts.mtimeMs).toString(16)}"`;
  response.setHeader("Accept-Ranges", "bytes");
  response.setHeader("Cache-Control", "no-cache");
  response.setHeader("Content-Type", contentTypes[extname(path).toLowerCase()] ?? "application/octet-stream");
  response.setHeader("ETag", tag);
  response.setHeader("Last-Modified", facts.mtime.toUTCString());
  if (request.headers["if-none-match"] === tag) return sendStatus(response, 304);

  const condition = request.headers["if-range"];
  const wanted = condition === undefined || condition === tag ? request.headers.range : undefined;
  const range = parseRange(wanted, facts.size);
  if (range === "unsatisfiable") {
    response.setHeader("Content-Range", `bytes */${facts.size}`);
    return sendStatus(response, 416);
  }
  const { start, end } = range ?? { start: 0, end: facts.size - 1 };
  if (range !== undefined) response.setHeader("Content-Range", `bytes ${start}-${end}/${facts.size}`);
  response.setHeader("Content-Length", end - start + 1);
  response.statusCode = range === undefined ? 200 : 206;
  if (request.method === "HEAD" || facts.size === 0) {
    response.end();
    return;
  }
  await pour(path, { start, end }, response);
}

/** Ends `response` with a status and no body. */
export function sendStatus(response: ServerResponse, status: number): void {
  response.statusCode = status;
  response.end();
}

/** One range of RFC 9110, section 14. Several ranges, or anything that is not understood, mean the whole file. */
export function parseRange(
  header: string | undefined,
  size: number,
): ByteRange | "unsatisfiable" | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? "");
  if (match === null) return undefined;
  const [, first, last] = match;
  if (first === "" && last === "") return undefined;
  if (first === "") {
    const length = Math.min(Number(last), size);
    return length === 0 ? "unsatisfiable" : { start: size - length, end: size - 1 };
  }
  const start = Number(first);
  const end = last === "" ? size - 1 : Math.min(Number(last), size - 1);
  if (last !== "" && Number(last) < start) return undefined;
  return start >= size ? "unsatisfiable" : { start, end };
}

function pour(path: string, range: ByteRange, response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const stream = createReadStream(path, range);
    stream.on("error", () => {
      // The headers are gone already: a broken connection is the only honest sign left.
      response.destroy();
      resolve();
    });
    // The reader may leave before the end (a cancelled download).
    response.on("close", () => {
      stream.destroy();
      resolve();
    });
    stream.pipe(response);
  });
}
