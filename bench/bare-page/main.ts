// A page with two workers that run the models' forward passes and nothing else: what the app is compared with.
import type { BarePage, BareRequest, BareResult } from "./protocol.ts";

const classifier = startWorker();
const detector = startWorker();

const page: BarePage = {
  async load(setup) {
    await classifier({ kind: "load", ...setup });
    await detector({ kind: "load", ...setup });
  },
  classify: (picture) => classifier({ kind: "classify", picture }),
  detect: (picture) => detector({ kind: "detect", picture }),
};
Object.assign(globalThis, { bare: page });

/** One request at a time. */
function startWorker(): (request: BareRequest) => Promise<BareResult> {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  return (request) =>
    new Promise((resolve, reject) => {
      worker.onmessage = ({ data }: MessageEvent<BareResult | string>) =>
        typeof data === "string" ? reject(new Error(data)) : resolve(data);
      worker.onerror = ({ message }) => reject(new Error(message));
      worker.postMessage(request);
    });
}
