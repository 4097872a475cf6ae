// When components hear of a change: what a person does at once, what the engine brings after the frame that draws it.
import type { AppState } from "./state/app-state.ts";
import type { AppStore } from "./state/store.ts";

/** When a change is worth a rendering. */
type Patience =
  /** Before the next frame: someone moved a control, which has to follow. */
  | "at-once"
  /** After the next frame, which the canvases have to themselves: they listen to the store, not to components. */
  | "after-frame"
  /** A while later: that something began is worth no rendering if it ends sooner, and costs the models a core. */
  | "late";

/** How time passes on the page; tests bring their own. */
export interface Pace {
  /** Calls back when the next frame has been handed on. */
  afterFrame(callback: () => void): void;
  after(milliseconds: number, callback: () => void): void;
}

/** In milliseconds. Most steps take less, and people do not notice that they were not told of them. */
const lateness = 150;

/** The store as components see it: the same state at any time, but they are told of changes when it is time for them. */
export function calmStore(store: AppStore, pace: Pace = browserPace): AppStore {
  const listeners = new Set<(state: AppState, before: AppState) => void>();
  const awaited = new Set<Patience>();
  let told = store.getState();

  function tell(): void {
    const before = told;
    told = store.getState();
    if (before !== told) for (const listener of [...listeners]) listener(told, before);
  }

  function tellAfter(patience: Patience, wait: (callback: () => void) => void): void {
    if (awaited.has(patience)) return;
    awaited.add(patience);
    wait(() => {
      awaited.delete(patience);
      tell();
    });
  }

  store.subscribe((state, before) => {
    const patience = patienceOf(state, before);
    if (patience === "at-once") tell();
    else if (patience === "after-frame") tellAfter(patience, pace.afterFrame);
    else tellAfter(patience, (callback) => pace.after(lateness, callback));
  });

  return {
    ...store,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

const tasks = [
  "runtime",
  "classifier",
  "analysis",
  "explaining",
  "stability",
  "detector",
  "segmentation",
  "foreground",
] as const satisfies readonly (keyof AppState)[];

/** What follows from a wish that was already heard of. */
const followers = [
  "picture",
  "history",
  "refusedTitle",
  "segmentedPicture",
  "lastForeground",
  "announcement",
] as const satisfies readonly (keyof AppState)[];

function patienceOf(state: AppState, before: AppState): Patience {
  const isNew = (key: keyof AppState): boolean => state[key] !== before[key];
  const isSettled = (key: (typeof tasks)[number]): boolean =>
    isNew(key) && (state[key].status === "done" || state[key].status === "failed");
  // Numbers that no canvas shows.
  if (isNew("lastForeground") && state.lastForeground !== null) return "at-once";
  if (isNew("shown") || tasks.some(isSettled)) return "after-frame";
  return [...tasks, ...followers].some(isNew) ? "late" : "at-once";
}

/** In milliseconds. A hidden page has no frames. */
const longestFrame = 100;

const browserPace: Pace = {
  afterFrame(callback) {
    let isOver = false;
    const end = (): void => {
      if (isOver) return;
      isOver = true;
      callback();
    };
    setTimeout(end, longestFrame);
    // The frame comes after these callbacks, a message that is sent here after the frame.
    requestAnimationFrame(() => {
      // Answers of the workers that wait by then go first: on them hangs what the workers do next.
      if (typeof scheduler !== "undefined") {
        void scheduler.postTask(end, { priority: "background" });
        return;
      }
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = end;
      port2.postMessage(null);
    });
  },
  after: (milliseconds, callback) => void setTimeout(callback, milliseconds),
};
