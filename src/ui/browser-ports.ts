// The store's outside world in a browser: the clock, and files beside the page.
import { XaiError } from "../core/errors.ts";
import type { Ports } from "./state/slice-context.ts";

export const browserPorts: Ports = {
  now: () => performance.now(),
  async fetchJson(path) {
    const response = await fetch(path);
    // Servers with a fallback page answer a missing file with HTML.
    const isJson = response.headers.get("content-type")?.includes("json") === true;
    return response.ok && isJson ? response.json() : null;
  },
  async fetchBlob(path) {
    const response = await fetch(path);
    if (response.ok) return response.blob();
    throw new XaiError("model/http-status", { url: path, status: response.status });
  },
};
