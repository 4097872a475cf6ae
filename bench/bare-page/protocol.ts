// What the measuring script asks of the page that runs nothing but the models.

/** Addresses of the models' files, and the threads that each of the two workers gets. */
export interface BareSetup {
  readonly classifier: string;
  readonly trunk: string;
  readonly boxHead: string;
  readonly maskHead: string;
  readonly anchors: string;
  readonly threads: number;
}

export type BareRequest =
  | ({ readonly kind: "load" } & BareSetup)
  /** The picture is decoded and resized outside of what is measured. */
  | { readonly kind: "classify"; readonly picture: Blob }
  | { readonly kind: "detect"; readonly picture: Blob };

/** Milliseconds inside the runtime's `run` calls, and how many instances the detector found. */
export interface BareResult {
  readonly milliseconds: number;
  readonly instances: number;
}

/** The page offers this as `globalThis.bare`; the classifier and the detector have a worker each, as in the app. */
export interface BarePage {
  load(setup: BareSetup): Promise<void>;
  classify(picture: Blob): Promise<BareResult>;
  detect(picture: Blob): Promise<BareResult>;
}
