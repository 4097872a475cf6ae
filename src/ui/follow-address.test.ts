// The address follows the page, not too often, and the page follows the address.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { followAddress } from "./follow-address.ts";
import { awaitedPicture } from "./state/link-state.ts";
import { bringUp, createTestStore, showPicture } from "./testing/test-store.ts";

/** A window that keeps its address and nothing else. */
function fakeWindow(hash: string) {
  const listeners = new Map<string, () => void>();
  const written: string[] = [];
  const page = {
    location: { hash },
    history: {
      state: null,
      replaceState(_state: unknown, _title: string, url: string) {
        written.push(url);
        page.location.hash = url;
      },
    },
    addEventListener: (type: string, listener: () => void) => void listeners.set(type, listener),
  };
  const visit = (to: string) => {
    page.location.hash = to;
    listeners.get("hashchange")?.();
  };
  return { page: page as unknown as Window, written, visit, leave: () => listeners.get("pagehide")?.() };
}

async function shownPicture(hash = "") {
  const test = createTestStore();
  const fake = fakeWindow(hash);
  followAddress(fake.page, test.store);
  await bringUp(test);
  await showPicture(test, "a.png");
  // The picture's fingerprint takes real time.
  await vi.waitFor(() => expect(test.store.getState().namedPicture).not.toBeNull());
  return { ...test, ...fake };
}

beforeEach(() => vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
afterEach(() => vi.useRealTimers());

describe("the address", () => {
  it("is written once for many changes in a row", async () => {
    const { store, written } = await shownPicture();
    vi.advanceTimersByTime(400);
    expect(written).toHaveLength(1);
    for (let step = 0; step < 50; step++) store.getState().setView({ opacity: step / 100 });
    expect(written).toHaveLength(1);
    vi.advanceTimersByTime(400);
    expect(written).toHaveLength(2);
    expect(written[1]).toMatch(/^#v=1&opacity=0.49&file=a.png&sha256=[0-9a-f]{64}$/);
  });

  it("stays as it is when nothing of the view changes", async () => {
    const { store, written } = await shownPicture();
    vi.advanceTimersByTime(400);
    store.getState().announce("hello");
    vi.advanceTimersByTime(400);
    expect(written).toHaveLength(1);
  });

  it("is written at once when the page is left", async () => {
    const { store, written, leave } = await shownPicture();
    vi.advanceTimersByTime(400);
    store.getState().setView({ overlay: false });
    leave();
    expect(written.at(-1)).toContain("overlay=off");
  });

  it("keeps a link while that waits for its file", async () => {
    const test = createTestStore();
    const { page, written } = fakeWindow(`#v=1&file=cat.png&sha256=${"0".repeat(64)}`);
    followAddress(page, test.store);
    await bringUp(test);
    await showPicture(test, "other.png");
    vi.advanceTimersByTime(1000);
    expect(awaitedPicture(test.store.getState())).not.toBeNull();
    expect(written).toEqual([]);
  });

  it("survives a browser that refuses to change it", async () => {
    const { store, page } = await shownPicture();
    page.history.replaceState = () => {
      throw new DOMException("too often", "SecurityError");
    };
    store.getState().setView({ opacity: 0.1 });
    expect(() => vi.advanceTimersByTime(400)).not.toThrow();
  });
});

describe("an address that is typed while the page is open", () => {
  it("is followed", async () => {
    const { store, visit } = await shownPicture();
    visit("#v=1&opacity=0.2&method=legrad");
    expect(store.getState()).toMatchObject({ opacity: 0.2, selection: { method: "legrad" } });
    expect(store.getState().picture?.title).toBe("a.png");
  });

  it("is not followed when the page itself wrote it", async () => {
    const { store, page, visit } = await shownPicture();
    vi.advanceTimersByTime(400);
    const before = store.getState().linked;
    visit(page.location.hash);
    expect(store.getState().linked).toBe(before);
  });
});
