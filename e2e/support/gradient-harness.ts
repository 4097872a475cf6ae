// Playwright's `test` with a page that runs a model on either backend: built as the app is built, served isolated.
import { resolve } from "node:path";
import { test as base, type Page } from "@playwright/test";
import { build } from "vite";
import { startStaticServer } from "../../tools/static-server.ts";
import type { Backend, PlainValue } from "../harness/gradients.ts";
import { isolationHeaders } from "./built-app.ts";

const root = resolve(import.meta.dirname, "../..");
const pagePath = "e2e/harness/gradients.html";

/** Which nodes of a graph a backend was given, as the runtime said while it loaded the graph. */
export interface Placement {
  readonly provider: string;
  readonly count: number;
  /** Names of the nodes; empty where the provider was given all. */
  readonly nodes: readonly string[];
}

export interface HarnessRun {
  /** By output, for every run. */
  readonly results: readonly Readonly<Record<string, PlainValue>>[];
  readonly placements: readonly Placement[];
}

/** `harness` is the page's address; `page.goto(harness)` opens it. */
export const test = base.extend<object, { readonly harness: string }>({
  harness: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of fixtures from this pattern.
    async ({}, use, worker) => {
      const folder = resolve(root, `node_modules/.cache/gradient-harness/${worker.workerIndex}`);
      await build({
        configFile: false,
        root,
        logLevel: "error",
        base: "./",
        build: {
          target: "es2022",
          outDir: folder,
          emptyOutDir: true,
          rolldownOptions: { input: resolve(root, pagePath) },
        },
      });
      const host = await startStaticServer({ folder, headers: isolationHeaders });
      await use(new URL(pagePath, host.url).href);
      await host.close();
    },
    { scope: "worker" },
  ],
});

/** Runs a model once for each set of inputs, on a page that shows the harness. */
export async function runOn(
  page: Page,
  backend: Backend,
  model: Uint8Array,
  runs: readonly Readonly<Record<string, PlainValue>>[],
): Promise<HarnessRun> {
  const lines: string[] = [];
  const listen = (message: { text(): string }) => void lines.push(message.text());
  page.on("console", listen);
  await page.route("**/model.onnx", (route) => route.fulfill({ body: Buffer.from(model) }));
  await page.waitForFunction(() => window.runModel !== undefined);
  const results = await page.evaluate(
    (request) => {
      if (!window.runModel) throw new Error("the harness is not on this page");
      return window.runModel(request);
    },
    { backend, model: "model.onnx", runs },
  );
  page.off("console", listen);
  return { results, placements: placementsIn(lines.join("\n")) };
}

const heading = /(?:All nodes|Node\(s\)) placed on \[(\w+)\]\. Number of nodes: (\d+)/;
const entry = /VerifyEachNodeIsAssignedToAnEp\]\s+\w+ \((.*)\)\s*$/;

/** What the runtime's log says of placements; the last session's, where it tells of several. */
function placementsIn(log: string): readonly Placement[] {
  const placements: Placement[] = [];
  for (const line of log.split("\n")) {
    const [, provider, count] = heading.exec(line) ?? [];
    const [, name] = entry.exec(line) ?? [];
    if (line.includes("Node placements")) placements.length = 0;
    else if (provider && count) placements.push({ provider, count: Number(count), nodes: [] });
    else if (name !== undefined) {
      const last = placements.pop();
      if (last) placements.push({ ...last, nodes: [...last.nodes, name] });
    }
  }
  return placements;
}
