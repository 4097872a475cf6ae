// Vite plugin: serves the folder named by MODEL_MIRROR below /models-mirror/, in dev and preview.
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { Connect, Plugin } from "vite";
import { sendMirror } from "../http/send-listed.ts";

const prefix = "/models-mirror/";

/**
 * The mirror: a local folder of model files that the page may load instead of asking a hub.
 * @param folder relative to the project's root; `undefined` or "" serves an empty index.
 */
export function modelMirror(folder: string | undefined): Plugin {
  let root: string | undefined;
  return {
    name: "patchlight:model-mirror",
    configResolved(config) {
      if (folder === undefined || folder === "") return;
      root = resolve(config.root, folder);
      if (!existsSync(root))
        config.logger.warn(`MODEL_MIRROR: there is no folder ${root}; the mirror is empty.`);
    },
    configureServer(server) {
      server.middlewares.use(mirror);
    },
    configurePreviewServer(server) {
      server.middlewares.use(mirror);
    },
  };

  function mirror(...[request, response, next]: Parameters<Connect.NextHandleFunction>): void {
    const path = (request.url ?? "").split("?")[0];
    if (path.startsWith(prefix)) sendMirror(request, response, root, path.slice(prefix.length)).catch(next);
    else next();
  }
}
