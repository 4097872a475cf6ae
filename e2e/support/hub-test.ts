// Playwright's `test` with a hub: every browser of the file reaches the hub under the real hosts' names.
import { test as base } from "@playwright/test";
import { type Hub, startHub } from "./hub.ts";

export interface WorkerFixtures {
  /** One a worker, so reset it before each test. */
  readonly hub: Hub;
}

/** Use in place of Playwright's `test` where a story needs a model hub. */
export const test = base.extend<object, WorkerFixtures>({
  hub: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of fixtures from this pattern.
    async ({}, use) => {
      const hub = await startHub();
      await use(hub);
      await hub.close();
    },
    { scope: "worker" },
  ],
  launchOptions: [
    async ({ launchOptions, hub }, use) =>
      use({ ...launchOptions, args: [...(launchOptions.args ?? []), ...hub.chromiumArguments] }),
    { scope: "worker" },
  ],
});
