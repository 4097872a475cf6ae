// Starts the page: the engine's workers, the store over them, and the user interface over that.
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { connectEngine } from "./bridge/connect.ts";
import { ensureIsolation } from "./isolation.ts";
import { keepAppOffline } from "./service-worker-client.ts";
import { App } from "./ui/App.tsx";
import { browserPorts } from "./ui/browser-ports.ts";
import { listenToExportKeys } from "./ui/features/export/export-keys.ts";
import { followAddress } from "./ui/follow-address.ts";
import { listenToPage } from "./ui/page-input.ts";
import { createAppStore } from "./ui/state/store.ts";
import { strings } from "./ui/strings.ts";
import { warmPainting } from "./ui/warm-painting.ts";

// A page that is about to be reloaded would load the models for nothing.
if ((await ensureIsolation()) !== "reloading") start();

function start(): void {
  // Two instances of one engine, so that a slider never waits for the detector.
  const engine = connectEngine({
    spawnExplain: () => new Worker(new URL("./engine/worker.ts", import.meta.url), { type: "module" }),
    spawnSegment: () => new Worker(new URL("./engine/worker.ts", import.meta.url), { type: "module" }),
  });
  const store = createAppStore(engine, browserPorts);
  listenToPage(document, store);
  followAddress(window, store);
  listenToExportKeys(document, store);
  void store.getState().boot();
  warmPainting();
  void keepAppOffline((reload) => {
    const { newVersion, reloadToUpdate } = strings.notices;
    store.getState().notify(newVersion, { label: reloadToUpdate, run: reload });
  });

  const root = document.getElementById("root");
  if (root === null) throw new Error("The page has no #root.");
  createRoot(root).render(
    <StrictMode>
      <App store={store} />
    </StrictMode>,
  );
}
