// Serves a folder of model files: an index of what is there, and the files that the index names, nothing else.
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { listFiles } from "./list-files.ts";
import { sendFile, sendStatus } from "./send-file.ts";

/**
 * Answers a request for `path` (percent-encoded, without query, relative to the folder).
 * `index.json` is `{ "files": [{ "path", "bytes" }] }`. A path is served only if the listing names it,
 * so no sequence of dots, slashes or escapes can lead out of the folder.
 * @param folder `undefined` serves an empty index.
 */
export async function sendListed(
  request: IncomingMessage,
  response: ServerResponse,
  folder: string | undefined,
  path: string,
): Promise<void> {
  const files = folder === undefined ? [] : await listFiles(folder);
  if (path === "index.json") {
    if (request.method !== "GET" && request.method !== "HEAD") return sendStatus(response, 405);
    response.setHeader("Content-Type", "application/json");
    response.setHeader("Cache-Control", "no-store");
    response.end(request.method === "HEAD" ? undefined : JSON.stringify({ files }));
    return;
  }
  const wanted = decode(path);
  const found = files.find((file) => file.path === wanted);
  if (folder === undefined || found === undefined) return sendStatus(response, 404);
  await sendFile(request, response, join(folder, found.path));
}

function decode(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}
