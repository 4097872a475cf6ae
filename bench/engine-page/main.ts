// A page with one worker that runs the engine, its answers put in a form that the measuring script can call.
import type { EnginePage, EngineRequest } from "./protocol.ts";

const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });

/** One request at a time. */
function ask<Answer>(request: EngineRequest): Promise<Answer> {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<{ readonly answer?: Answer; readonly error?: string }>) =>
      data.error === undefined ? resolve(data.answer as Answer) : reject(new Error(data.error));
    worker.onerror = ({ message }) => reject(new Error(message));
    worker.postMessage(request);
  });
}

const page: EnginePage = {
  load: (setup) => ask({ kind: "load", ...setup }),
  passes: (turns) => ask({ kind: "passes", turns }),
  methods: () => ask({ kind: "methods" }),
  method: (id, turns) => ask({ kind: "method", id, turns }),
};
Object.assign(globalThis, { engine: page });
