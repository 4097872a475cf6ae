// A store over a hand-answered engine, and the answers that bring it to where a test begins.

import type { Ports } from "../state/slice-context.ts";
import type { AppStore } from "../state/store.ts";
import { createAppStore } from "../state/store.ts";
import { createFakeEngine, type FakeEngine } from "./fake-engine.ts";
import * as results from "./results.ts";

export interface TestStore {
  readonly engine: FakeEngine;
  readonly store: AppStore;
  /** Moves the store's clock. */
  readonly clock: { now: number };
}

export function createTestStore(ports: Partial<Ports> = {}): TestStore {
  const engine = createFakeEngine();
  const clock = { now: 0 };
  const store = createAppStore(engine, {
    now: () => clock.now,
    fetchJson: async () => null,
    fetchBlob: async () => new Blob(),
    ...ports,
  });
  return { engine, store, clock };
}

/** The job that a call was made for. */
export function jobOf({ args }: { readonly args: readonly unknown[] }): number {
  return args[0] as number;
}

/** Runtime started, classifier loaded. */
export async function bringUp({ engine, store }: TestStore): Promise<void> {
  void store.getState().boot();
  await engine.last("explain.start").resolve(results.runtimeInfo);
  await engine.last("explain.loadModel").resolve(results.classifierInfo);
}

/** Opens a picture and answers up to its first map; the detector is not answered. */
export async function showPicture(
  test: TestStore,
  title: string,
  values?: readonly number[],
): Promise<number> {
  const { engine, store } = test;
  void store.getState().openPicture(new Blob([title]), title);
  const prepare = engine.last("explain.prepare");
  const job = jobOf(prepare);
  await prepare.resolve(results.preparedImage(job, store.getState().framing));
  await engine.last("explain.classify").resolve(results.classification(job));
  await engine.last("explain.explain").resolve(results.heatmap(job, values));
  return job;
}

/** Answers the detector's load and search, and the first foreground. */
export async function findInstances(
  { engine, store }: TestStore,
  labels?: readonly string[],
  grid?: readonly number[],
): Promise<void> {
  if (store.getState().detector.status !== "done") {
    await engine.last("segment.start").resolve(results.runtimeInfo);
    await engine.last("segment.loadModel").resolve(results.detectorInfo);
  }
  const segment = engine.last("segment.segment");
  await segment.resolve(results.segmentation(jobOf(segment), labels));
  const foreground = engine.last("segment.foreground");
  await foreground.resolve(results.foreground(jobOf(foreground), grid));
}
