// What the measuring script asks of the page that runs the engine without the app around it.

/** Where the classifier's file is, and how many threads the runtime gets. */
export interface EngineSetup {
  readonly classifier: string;
  /** Which all measured pictures are slight variations of. */
  readonly photograph: { readonly base64: string; readonly type: string };
  readonly threads: number;
}

/** Milliseconds of one measurement after the other. */
export type Times = readonly number[];

/** What loading did, in milliseconds, and what it left in the runtime's memory, in bytes. */
export interface LoadTimes {
  /** From the file's bytes to the bytes of the graph that is run: reading, canonical form, anatomy, writing. */
  readonly rewriting: Times;
  /** Of the same graph. */
  readonly session: Times;
  readonly weightBytes: number;
}

/** Runs on fresh pictures, in turns. */
export interface PassTimes {
  /** The published file, scores only. */
  readonly bare: Times;
  /** With the attention of all layers. */
  readonly attention: Times;
  /** From pixels to the gradients at the attention of all layers, for one class. */
  readonly gradients: Times;
  /** The same for five classes. */
  readonly fiveClasses: Times;
  /** Another class of a picture whose gradients for one are there. */
  readonly classSwitch: Times;
  /** From pixels to the maps of all methods of these groups, for one class. */
  readonly together: Readonly<Record<MethodGroup, Times>>;
  /** Of the runtime's memory: with the plain session, with a plan for gradients, with another for relevance. */
  readonly heapBytes: readonly [plain: number, gradients: number, relevance: number];
}

/** Methods of a class that read attention and one gradient: those that one backward pass serves, and with LeGrad. */
export type MethodGroup = "one-pass" | "all";

/** One method with the options of its author. */
export interface MethodTimes {
  readonly id: string;
  readonly classSpecific: boolean;
  readonly bare: Times;
  /** From pixels to the map, tensors included; the graph was prepared before. */
  readonly map: Times;
  /** One step of each slider that it has; the tensors are there. */
  readonly steps: Readonly<Record<string, Times>>;
}

export type EngineRequest =
  | ({ readonly kind: "load" } & EngineSetup)
  | { readonly kind: "passes"; readonly turns: number }
  | { readonly kind: "methods" }
  | { readonly kind: "method"; readonly id: string; readonly turns: number };

/** The page offers this as `globalThis.engine`. */
export interface EnginePage {
  load(setup: EngineSetup): Promise<LoadTimes>;
  passes(turns: number): Promise<PassTimes>;
  /** Ids of the methods that the model can be explained by. */
  methods(): Promise<readonly string[]>;
  /** The measurement ends early where a map takes seconds. */
  method(id: string, turns: number): Promise<MethodTimes>;
}
