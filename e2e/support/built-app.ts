// Serves the built app the way different hosts would, beside the preview server that most tests use.
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { witnesses } from "../../tests/support/witnesses.ts";
import { type RunningHost, type StaticHost, startStaticServer } from "../../tools/static-server.ts";

/** The newest build. */
export const dist = resolve(import.meta.dirname, "../../dist");

/** The headers of a host that isolates the page by itself. */
export const isolationHeaders = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
} as const;

/** Serves `dist` as `options` say; without any, a plain host at the root, without mirror. */
export function serveApp(options: Omit<StaticHost, "folder"> = {}): Promise<RunningHost> {
  return startStaticServer({ folder: dist, ...options });
}

/** The folder of model files for `serveApp`, if there is one. */
export const mirror: Pick<StaticHost, "mirror"> = existsSync(witnesses.models)
  ? { mirror: witnesses.models }
  : {};
