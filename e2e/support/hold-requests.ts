// A network that is slow exactly for as long as a story needs it to be.
import type { Page } from "@playwright/test";

/** Keeps requests for `pattern` waiting, those of workers too, until `open` is called. */
export async function holdRequests(page: Page, pattern: string): Promise<{ readonly open: () => void }> {
  let open = (): void => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  await page.context().route(pattern, async (route) => {
    await gate;
    // The page may have given up on it meanwhile.
    await route.continue().catch(() => {});
  });
  return { open };
}
