// Playwright's `test` with the engine's harness: built as the app is built, served isolated, with the witnesses' folders.
import { join, resolve } from "node:path";
import { test as base } from "@playwright/test";
import { build } from "vite";
import { witnesses } from "../../tests/support/witnesses.ts";
import { startStaticServer } from "../../tools/static-server.ts";
import { contentSecurityPolicy } from "../../tools/vite/content-security-policy.ts";
import { isolationHeaders, mirror } from "./built-app.ts";

interface WorkerFixtures {
  /** Address of the harness page on a host that isolates it. */
  readonly harness: string;
  /** The same on a host that sends no headers. */
  readonly plainHarness: string;
  readonly builtHarness: string;
}

const root = resolve(import.meta.dirname, "../..");
const pagePath = "harness/engine.html";

/** Opens no page: `page.goto(harness)` does. Below `/witnesses/` lie the files of the zoo and the images. */
export const test = base.extend<{ witnessFiles: undefined }, WorkerFixtures>({
  builtHarness: [
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
          rolldownOptions: { input: resolve(root, `e2e/${pagePath}`) },
        },
      });
      await use(folder);
    },
    { scope: "worker" },
  ],
  harness: [
    async ({ builtHarness: folder }, use) => {
      const headers = { ...isolationHeaders, "Content-Security-Policy": contentSecurityPolicy };
      const host = await startStaticServer({ folder, headers, ...mirror });
      await use(new URL(`e2e/${pagePath}`, host.url).href);
      await host.close();
    },
    { scope: "worker" },
  ],
  plainHarness: [
    async ({ builtHarness: folder }, use) => {
      const host = await startStaticServer({ folder, ...mirror });
      await use(new URL(`e2e/${pagePath}`, host.url).href);
      await host.close();
    },
    { scope: "worker" },
  ],
  witnessFiles: [
    async ({ page }, use) => {
      await page.route("**/witnesses/**", (route) => {
        const [, , kind, ...path] = new URL(route.request().url()).pathname.split("/");
        const folder = kind === "zoo" ? witnesses.zoo : witnesses.images;
        return route.fulfill({ path: join(folder, ...path.map(decodeURIComponent)) });
      });
      await use(undefined);
    },
    { auto: true },
  ],
});
