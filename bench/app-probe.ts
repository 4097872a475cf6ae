// Measures from inside the page that runs the app, without the app's help: what is drawn, when, and what workers answer.

/** What the probe offers to the measuring script, as `globalThis.probe`. */
export interface Probe {
  /** Takes a picture over beforehand: a page does not make the files that it is given. */
  keepPicture(picture: { readonly base64: string; readonly type: string; readonly name: string }): void;
  /** Gives the page a kept picture, as a drop does. @returns milliseconds until each result was on the screen. */
  openPicture(
    name: string,
    title: string,
  ): Promise<{
    /** Until the heatmap's pixels were on its canvas. */
    readonly drawn: number;
    /** Until the frame with the heatmap was handed on. */
    readonly heatmap: number;
    /** Until the frame with FAF and BAF was handed on. */
    readonly foreground: number;
    /** What the workers say of their stages up to the heatmap. */
    readonly stages: Stages;
  }>;
  /** Watches for the next key and what it draws: call it before the key is pressed. */
  armStep(): void;
  /** The step that was armed, once it is on the screen. */
  takenStep(): Promise<SliderStep>;
}

/** Milliseconds inside the worker, by stage. */
export interface Stages {
  readonly decode: number;
  readonly preprocess: number;
  readonly forward: number;
  readonly map: number;
}

/** One step of a slider, in milliseconds. */
export interface SliderStep {
  /** Inside the worker, from request to map. */
  readonly worker: number;
  /** From the key event's own time stamp until the map's pixels are on the canvas. */
  readonly drawn: number;
  /** Until the frame with these pixels was handed on. */
  readonly painted: number;
}

/** Runs in the page before anything else does (`addInitScript`), so it may not refer to anything outside of itself. */
export function installProbe(): void {
  const drawListeners = new Set<() => void>();
  const { putImageData } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.putImageData = function (...parameters: never[]) {
    (putImageData as (...given: never[]) => void).apply(this, parameters);
    const { canvas } = this;
    if (canvas.dataset.testid === "heatmap") for (const listener of [...drawListeners]) listener();
  };

  let workerMilliseconds = Number.NaN;
  const stages = { decode: Number.NaN, preprocess: Number.NaN, forward: Number.NaN };
  /** Jobs of the newest answers of each kind. */
  const newest = { prepared: 0, map: 0, foreground: 0 };

  function hear({ data }: MessageEvent): void {
    const answer = data?.value;
    if (answer?.values instanceof Float32Array) {
      workerMilliseconds = answer.milliseconds;
      newest.map = answer.job;
    } else if (answer?.display instanceof ImageBitmap) {
      Object.assign(stages, answer.milliseconds);
      newest.prepared = answer.job;
    } else if (Array.isArray(answer?.top)) Object.assign(stages, answer.milliseconds);
    else if (answer?.coverage instanceof Uint8Array) newest.foreground = answer.job;
  }

  // The app's own listeners come later, so that what they draw finds its answer noted.
  globalThis.Worker = class extends Worker {
    constructor(...parameters: ConstructorParameters<typeof Worker>) {
      super(...parameters);
      this.addEventListener("message", hear);
    }
  };

  /** After the frame that follows: the callback runs before it, the most urgent of tasks right after it. */
  function framePainted(): Promise<number> {
    return new Promise((resolve) => {
      requestAnimationFrame(() => {
        void scheduler.postTask(() => resolve(performance.now()), { priority: "user-blocking" });
      });
    });
  }

  function nextDraw(isWanted: () => boolean): Promise<number> {
    return new Promise((resolve) => {
      const listener = (): void => {
        if (!isWanted()) return;
        drawListeners.delete(listener);
        resolve(performance.now());
      };
      drawListeners.add(listener);
    });
  }

  function appears(isThere: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const observer = new MutationObserver(() => {
        if (!isThere()) return;
        observer.disconnect();
        resolve();
      });
      const everything = { subtree: true, childList: true, attributes: true, characterData: true };
      observer.observe(document.body, everything);
    });
  }

  let step: Promise<SliderStep>;
  const pictures = new Map<string, Blob>();
  const probe: Probe = {
    keepPicture({ base64, type, name }) {
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      pictures.set(name, new Blob([bytes], { type }));
    },
    async openPicture(name, title) {
      const picture = pictures.get(name);
      if (picture === undefined) throw new Error(`${name} was not kept`);
      const transfer = new DataTransfer();
      transfer.items.add(new File([picture], title, { type: picture.type }));
      const before = newest.prepared;
      const isMapNew = (): boolean => newest.prepared > before && newest.map === newest.prepared;
      const drawn = nextDraw(isMapNew);
      const heatmap = drawn.then(framePainted);
      const foreground = appears(
        () =>
          isMapNew() &&
          newest.foreground > newest.prepared &&
          document.querySelector('[data-testid="faf"]') !== null,
      ).then(framePainted);
      const begin = performance.now();
      document.body.dispatchEvent(
        new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true }),
      );
      const heatmapEnd = await heatmap;
      const early = { ...stages, map: workerMilliseconds };
      return {
        drawn: (await drawn) - begin,
        heatmap: heatmapEnd - begin,
        foreground: (await foreground) - begin,
        stages: early,
      };
    },
    armStep() {
      step = watchStep();
    },
    takenStep: () => step,
  };

  async function watchStep(): Promise<SliderStep> {
    const pressed = new Promise<number>((resolve) => {
      addEventListener("keydown", ({ timeStamp }) => resolve(timeStamp), { once: true, capture: true });
    });
    const drawn = await nextDraw(() => true);
    const painted = await framePainted();
    const begin = await pressed;
    return { worker: workerMilliseconds, drawn: drawn - begin, painted: painted - begin };
  }
  Object.assign(globalThis, { probe });
}
