// Puts the model store on a page, so that tests can run it on a real fetch and a real Cache Storage.
import type { Progress } from "../../src/bridge/contract.ts";
import { toXaiError } from "../../src/core/errors.ts";
import type { ModelFile } from "../../src/core/models/descriptor.ts";
import { obtainFile } from "../../src/engine/store/obtain-file.ts";
import { obtainLabels } from "../../src/engine/store/obtain-labels.ts";
import { browserContext } from "../../src/engine/store/store-context.ts";
import { digestHex } from "../../src/engine/store/verify.ts";

export type Outcome =
  | {
      readonly ok: true;
      readonly source: string;
      readonly bytes: number;
      readonly sha256: string;
      readonly notices: readonly string[];
      readonly progress: readonly Progress[];
      readonly milliseconds: number;
    }
  | {
      readonly ok: false;
      readonly code: string;
      readonly details: object;
      readonly progress: readonly Progress[];
    };

export interface ModelStoreHarness {
  /** @param cancelAfter aborts as soon as so many bytes have been reported. */
  readonly obtain: (file: ModelFile, cancelAfter?: number) => Promise<Outcome>;
  readonly labels: (name: string, classes: number) => Promise<readonly string[]>;
}

declare global {
  interface Window {
    modelStore?: ModelStoreHarness;
  }
}

const appUrl = new URL("/", location.href);

window.modelStore = {
  labels: (name, classes) => obtainLabels(name, classes, browserContext({ baseUrl: appUrl })),
  obtain: async (file, cancelAfter = Number.POSITIVE_INFINITY) => {
    const controller = new AbortController();
    const progress: Progress[] = [];
    const context = browserContext({
      baseUrl: appUrl,
      signal: controller.signal,
      onProgress: (step) => {
        progress.push(step);
        if ((step.done ?? 0) >= cancelAfter) controller.abort();
      },
    });
    const start = performance.now();
    try {
      const { bytes, source, notices } = await obtainFile(file, context);
      const milliseconds = performance.now() - start;
      const sha256 = await digestHex(bytes, context);
      return { ok: true, source, bytes: bytes.length, sha256, notices, progress, milliseconds };
    } catch (error) {
      const { code, details } = toXaiError(error);
      return { ok: false, code, details, progress };
    }
  },
};
