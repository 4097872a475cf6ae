// Runs the engine's own code, without bridge and page, and times it.
import { describeNetwork } from "../../src/engine/describe-network.ts";
import { watchHeap } from "./heap.ts";
import { type LoadedEngine, loadEngine } from "./loaded.ts";
import { measureMethod } from "./measure-method.ts";
import { measurePasses } from "./measure-passes.ts";
import type { EngineRequest } from "./protocol.ts";

watchHeap();
let loaded: LoadedEngine | undefined;

globalThis.onmessage = async ({ data }: MessageEvent<EngineRequest>) => {
  try {
    postMessage({ answer: await answer(data) });
  } catch (error) {
    postMessage({
      error: error instanceof Error ? `${error.name}: ${error.message}\n${error.stack}` : String(error),
    });
  }
};

async function answer(request: EngineRequest): Promise<unknown> {
  if (request.kind === "load") {
    const { engine, times } = await loadEngine(request);
    loaded = engine;
    return times;
  }
  if (loaded === undefined) throw new Error("load comes first");
  switch (request.kind) {
    case "passes":
      return measurePasses(loaded, request.turns);
    case "methods":
      return Object.entries(describeNetwork(loaded.classifier.network).methods).flatMap(([id, refusal]) =>
        refusal === null ? [id] : [],
      );
    case "method":
      return measureMethod(loaded, request.id, request.turns);
  }
}
