// Serves the files that a listing of a folder names, nothing else; for model files also the listing itself.
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { listFiles } from "./list-files.ts";
import { sendFile, sendStatus } from "./send-file.ts";

/**
 * Answers a request for a file of `folder`; 404 for what the listing does not name,
 * so no sequence of dots, slashes or escapes can lead out of the folder.
 * @param path percent-encoded, without query, relative to the folder.
 */
export async function sendListed(
  request: IncomingMessage,
  response: ServerResponse,
  folder: string,
  path: string,
): Promise<void> {
  const wanted = decode(path);
  const found = (await listFiles(folder)).find((file) => file.path === wanted);
  if (found === undefined) return sendStatus(response, 404);
  await sendFile(request, response, join(folder, found.path));
}

/**
 * Like `sendListed`, and `index.json` is the listing: `{ "files": [{ "path", "bytes" }] }`.
 * @param folder `undefined` serves an empty listing.
 */
export async function sendMirror(
  request: IncomingMessage,
  response: ServerResponse,
  folder: string | undefined,
  path: string,
): Promise<void> {
  if (path !== "index.json")
    return folder === undefined ? sendStatus(response, 404) : sendListed(request, response, folder, path);
  if (request.method !== "GET" && request.method !== "HEAD") return sendStatus(response, 405);
  const files = folder === undefined ? [] : await listFiles(folder);
  response.setHeader("Content-Type", "application/json");
  response.setHeader("Cache-Control", "no-store");
  response.end(request.method === "HEAD" ? undefined : JSON.stringify({ files }));
}

function decode(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}
