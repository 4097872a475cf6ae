// Everything that goes wrong on a page without anybody seeing it: errors in the console, requests that fail.
import type { BrowserContext, Page } from "@playwright/test";

/** Notes faults from here on; they are to be compared with an empty list. */
export function watchForFaults(page: Page): readonly string[] {
  const faults: string[] = [];
  page.on("pageerror", ({ message }) => faults.push(`error: ${message}`));
  page.on("crash", () => faults.push("the page crashed"));
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) faults.push(`${message.type()}: ${message.text()}`);
  });
  watchAnswers(page.context(), faults);
  return faults;
}

/** Requests of workers and of the service worker belong to the context, not to the page. */
function watchAnswers(context: BrowserContext, faults: string[]): void {
  context.on("response", (response) => {
    if (response.status() >= 400) faults.push(`${response.status()}: ${response.url()}`);
  });
  context.on("requestfailed", (request) => {
    // Leaving a page ends what it was still loading: that is no fault of the host's.
    const reason = request.failure()?.errorText ?? "";
    if (reason !== "net::ERR_ABORTED") faults.push(`${reason}: ${request.url()}`);
  });
}
