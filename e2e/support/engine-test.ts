// Playwright's `test` with the engine's harness: built as the app is built, served isolated, with the witnesses' folders.
import { join, resolve } from "node:path";
import { test as base } from "@playwright/test";
import { build } from "vite";
import { witnesses } from "../../tests/support/witnesses.ts";
import { startStaticServer } from "../../tools/static-server.ts";
import { contentSecurityPolicy } from "../../tools/vite/content-security-policy.ts";
import { isolationHeaders, mirror } from "./built-app.ts";

interface WorkerFixtures {
  /** Address of the harness page. */
  readonly harness: string;
}

const root = resolve(import.meta.dirname, "../..");

/** Opens no page: `page.goto(harness)` does. Below `/witnesses/` lie the files of the zoo and the images. */
export const test = base.extend<{ readonly witnessFiles: undefined }, WorkerFixtures>({
  harness: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of fixtures from this pattern.
    async ({}, use, worker) => {
      const folder = resolve(root, `node_modules/.cache/engine-harness/${worker.workerIndex}`);
      await build({
        configFile: false,
        root,
        logLevel: "error",
        base: "./",
        worker: { format: "es" },
        build: {
          target: "es2022",
          outDir: folder,
          emptyOutDir: true,
          rolldownOptions: { input: resolve(root, "e2e/harness/engine.html") },
        },
      });
      const headers = { ...isolationHeaders, "Content-Security-Policy": contentSecurityPolicy };
      const host = await startStaticServer({ folder, headers, ...mirror });
      await use(new URL("e2e/harness/engine.html", host.url).href);
      await host.close();
    },
    { scope: "worker" },
  ],
  witnessFiles: [
    async ({ page, harness }, use) => {
      const prefix = new URL("/witnesses/", harness).href;
      await page.route(`${prefix}**`, (route) => {
        const [kind, ...path] = route.request().url().slice(prefix.length).split("/");
        const folder = kind === "zoo" ? witnesses.zoo : witnesses.images;
        return route.fulfill({ path: join(folder, ...path.map(decodeURIComponent)) });
      });
      await use(undefined);
    },
    { auto: true },
  ],
});
