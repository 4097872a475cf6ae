// What moved on the page without anybody having touched it, and by how much.
import type { Page } from "@playwright/test";

declare global {
  var recordedShifts: string[] | undefined;
}

/** The part of Chromium's `LayoutShift` that is read; TypeScript's library does not know it. */
interface LayoutShift extends PerformanceEntry {
  readonly value: number;
  readonly hadRecentInput: boolean;
  readonly sources: readonly {
    readonly node: Node | null;
    readonly previousRect: DOMRectReadOnly;
    readonly currentRect: DOMRectReadOnly;
  }[];
}

/** Notes every layout shift that no input caused, from the next load on. */
export async function recordShifts(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const recorded: string[] = [];
    globalThis.recordedShifts = recorded;
    const box = ({ x, y, width, height }: DOMRectReadOnly) =>
      `${[x, y, width, height].map((value) => Math.round(value)).join(" ")}`;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as LayoutShift[]) {
        if (entry.hadRecentInput) continue;
        for (const { node, previousRect, currentRect } of entry.sources) {
          const element = node instanceof Element ? node : node?.parentElement;
          const name = element ? `${element.tagName.toLowerCase()}.${element.className}` : "something";
          recorded.push(`${name}: ${box(previousRect)} -> ${box(currentRect)} (${entry.value.toFixed(4)})`);
        }
      }
    }).observe({ type: "layout-shift", buffered: true });
  });
}

/** The shifts so far, one line each; the list begins anew. */
export function shifts(page: Page): Promise<readonly string[]> {
  return page.evaluate(async () => {
    // Shifts are reported with the frame after the one that they happened in.
    for (let frame = 0; frame < 3; frame++) await new Promise((drawn) => requestAnimationFrame(drawn));
    return globalThis.recordedShifts?.splice(0) ?? [];
  });
}
