// Measures from inside the page that runs the app, without the app's help: what is drawn, when, and what workers answer.

/** What the probe offers to the measuring script, as `globalThis.probe`. */
export interface Probe {
  /** Gives the page a picture, as a file dialog does. @returns milliseconds until each result was on the screen. */
  openPicture(picture: { readonly base64: string; readonly type: string; readonly title: string }): Promise<{
    readonly heatmap: number;
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
  const drawListeners = new Set<(canvas: HTMLCanvasElement) => void>();
  const { putImageData } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.putImageData = function (...parameters: never[]) {
    (putImageData as (...given: never[]) => void).apply(this, parameters);
    const { canvas } = this;
    if (canvas.dataset.testid === "heatmap") for (const listener of [...drawListeners]) listener(canvas);
  };

  let workerMilliseconds = Number.NaN;
  const stages = { decode: Number.NaN, preprocess: Number.NaN, forward: Number.NaN };
  const watched = new WeakSet<Worker>();
  const { postMessage } = Worker.prototype;
  Worker.prototype.postMessage = function (...parameters: never[]) {
    if (!watched.has(this)) {
      watched.add(this);
      this.addEventListener("message", ({ data }) => {
        const answer = data?.value;
        if (answer?.values instanceof Float32Array) workerMilliseconds = answer.milliseconds;
        else if (answer?.display instanceof ImageBitmap || Array.isArray(answer?.top))
          Object.assign(stages, answer.milliseconds);
      });
    }
    return (postMessage as (...given: never[]) => void).apply(this, parameters);
  };

  /** After the frame that follows: the callback runs before it, a message sent there arrives after it. */
  function framePainted(): Promise<number> {
    return new Promise((resolve) => {
      requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.onmessage = () => resolve(performance.now());
        channel.port2.postMessage(null);
      });
    });
  }

  function nextDraw(wanted: (canvas: HTMLCanvasElement) => boolean): Promise<number> {
    return new Promise((resolve) => {
      const listener = (canvas: HTMLCanvasElement): void => {
        if (!wanted(canvas)) return;
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
  const probe: Probe = {
    async openPicture({ base64, type, title }) {
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      const transfer = new DataTransfer();
      transfer.items.add(new File([bytes], title, { type }));
      const isNew = (canvas: Element | null): boolean =>
        canvas?.getAttribute("aria-label")?.includes(title) === true;
      const heatmap = nextDraw(isNew).then(framePainted);
      const foreground = appears(
        () =>
          isNew(document.querySelector('[data-testid="heatmap"]')) &&
          document.querySelector('[data-testid="faf"]') !== null,
      ).then(framePainted);
      const begin = performance.now();
      document.body.dispatchEvent(
        new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true }),
      );
      const heatmapEnd = await heatmap;
      const early = { ...stages, map: workerMilliseconds };
      return { heatmap: heatmapEnd - begin, foreground: (await foreground) - begin, stages: early };
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
