// The page on a playing engine: `?scene=...` chooses what happens. For looking at states, and for their checks.
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "../App.tsx";
import { browserPorts } from "../browser-ports.ts";
import { listenToExportKeys } from "../features/export/export-keys.ts";
import { followAddress } from "../follow-address.ts";
import { listenToPage } from "../page-input.ts";
import { createAppStore } from "../state/store.ts";
import { createPlayingEngine, type Scene, scenes } from "./playing-engine.ts";

const wanted = new URLSearchParams(location.search).get("scene");
const scene: Scene = scenes.find((name) => name === wanted) ?? "done";
const store = createAppStore(createPlayingEngine(scene), {
  ...browserPorts,
  fetchJson: async () => [],
});
listenToPage(document, store);
followAddress(window, store);
listenToExportKeys(document, store);
void store.getState().boot();

const root = document.getElementById("root");
if (root !== null)
  createRoot(root).render(
    <StrictMode>
      <App store={store} />
    </StrictMode>,
  );
