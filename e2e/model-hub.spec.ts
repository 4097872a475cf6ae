// The built app without a mirror: both models come from the hubs, through the page's policy, and from the cache later.
import { expect } from "@playwright/test";
import { missing } from "../tests/support/witnesses.ts";
import type { RunningHost } from "../tools/static-server.ts";
import { openApp } from "./support/app.ts";
import { isolationHeaders, serveApp } from "./support/built-app.ts";
import { test } from "./support/hub-test.ts";

let host: RunningHost | undefined;

test.beforeEach(({ hub }) => hub.reset());
test.afterEach(async () => host?.close());

for (const [kind, options] of [
  ["a host that isolates the page", { headers: isolationHeaders }],
  ["a plain host, where every request passes the service worker", {}],
] as const)
  test(`${kind}: loaded from the hub once, from the cache after a reload${missing("models")}`, async ({
    page,
    hub,
  }) => {
    test.skip(missing("models") !== "");
    const refused: string[] = [];
    page.on(
      "console",
      (message) => /Content Security Policy/i.test(message.text()) && refused.push(message.text()),
    );
    host = await serveApp(options);
    const app = await openApp(page, host.url);
    await expect(app.header).toContainText("from the hub");
    const gets = () => hub.requests.filter((request) => request.method === "GET").length;
    // DeiT-Tiny and its redirect, and the two files of Mask R-CNN2Go.
    await expect.poll(gets).toBe(4);

    await openApp(page, host.url);
    await expect(app.header).toContainText("from the cache");
    expect(gets()).toBe(4);
    expect(refused).toEqual([]);
  });
