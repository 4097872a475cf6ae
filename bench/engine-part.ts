// The engine alone: what gradients and every method cost beside a forward pass, on two threads and on one.
import { cpus } from "node:os";
import { hostPage, inMirror, launch, newPage } from "./browser.ts";
import type { EnginePage, LoadTimes, MethodTimes, PassTimes } from "./engine-page/protocol.ts";
import { readPicture } from "./pictures.ts";

const turns = Number(process.env.BENCH_ENGINE_TURNS ?? 9);
const methodTurns = Number(process.env.BENCH_METHOD_TURNS ?? 5);

/** What was found with so many threads. */
export interface PassFindings {
  readonly threads: number;
  readonly load: LoadTimes;
  readonly passes: PassTimes;
}

export interface EngineFindings {
  readonly browser: string;
  /** With all threads first, then with one. */
  readonly passes: readonly PassFindings[];
  /** With all threads. */
  readonly methods: readonly MethodTimes[];
}

export async function measureEngine(): Promise<EngineFindings> {
  const photograph = readPicture("chefer/catdog.png");
  const host = await hostPage("engine-page");
  const browser = await launch();
  try {
    const all = Math.min(2, cpus().length);
    const passes: PassFindings[] = [];
    const methods: MethodTimes[] = [];
    for (const threads of new Set([all, 1])) {
      const page = await newPage(browser);
      await page.goto(host.url);
      const classifier = inMirror(host, "deit-tiny/deit_tiny_hf_opset14.onnx");
      const setup = { classifier, photograph, threads };
      const load = await page.evaluate((given) => (globalThis as unknown as Offer).engine.load(given), setup);
      passes.push({
        threads,
        load,
        passes: await page.evaluate((count) => (globalThis as unknown as Offer).engine.passes(count), turns),
      });
      if (threads === all) {
        const ids = await page.evaluate(() => (globalThis as unknown as Offer).engine.methods());
        for (const id of ids)
          methods.push(
            await page.evaluate(([id, count]) => (globalThis as unknown as Offer).engine.method(id, count), [
              id,
              methodTurns,
            ] as const),
          );
      }
      await page.close();
    }
    return { browser: browser.version(), passes, methods };
  } finally {
    await browser.close();
    await host.close();
  }
}

interface Offer {
  readonly engine: EnginePage;
}
