// One map with all that is needed to make it again: what every export is written from.
import type { ForegroundAttention } from "../metrics/foreground-attention.ts";
import type { Preprocessing } from "../models/descriptor.ts";

/** Options by name, all of them, whether changed or not. */
export type PanelOptions = Readonly<Record<string, string | number | readonly number[]>>;

/** What a class-specific method was asked about. */
export type PanelTarget =
  /** The method gives the same map for every class. */
  | { readonly kind: "any-class" }
  | { readonly kind: "class"; readonly index: number; readonly label: string; readonly probability: number }
  | { readonly kind: "vector"; readonly name: string; readonly values: Float32Array };

/** One request to the method. */
export interface PanelTerm {
  readonly options: PanelOptions;
  readonly target: PanelTarget;
  /** `null` where the method takes no gradients. */
  readonly gradient: string | null;
}

/** A file by its content. */
export interface PanelFile {
  readonly name: string;
  /** Lower-case hex. */
  readonly sha256: string;
}

export interface PanelModel {
  readonly id: string;
  readonly label: string;
  readonly files: readonly PanelFile[];
  readonly preprocessing: Preprocessing;
  readonly backend: string;
}

export interface PanelPicture {
  readonly title: string;
  /** Of the project's own samples. */
  readonly sample: string | null;
  readonly sha256: string;
  /** In pixels, after the EXIF orientation. */
  readonly width: number;
  readonly height: number;
  readonly framing: string;
  /** What the model saw of it, in its pixels. */
  readonly region: {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
  };
}

export interface PanelMap {
  /** `[rows * columns]`, row-major, raw: not normalised for display. */
  readonly values: Float32Array<ArrayBuffer>;
  readonly rows: number;
  readonly columns: number;
  readonly cells: "patches" | "features" | "pixels";
  /** Whether values below zero mean something. */
  readonly signed: boolean;
}

export interface PanelForeground {
  readonly instances: readonly { readonly label: string; readonly score: number }[];
  /** Share of each cell that is foreground, 0..1, `[rows * columns]`. */
  readonly shares: Float32Array<ArrayBuffer>;
  readonly rows: number;
  readonly columns: number;
}

export interface PanelClasses {
  /** By index. */
  readonly labels: readonly string[];
  /** Softmax over all logits, `[C]`. */
  readonly probabilities: Float64Array;
  readonly logits: Float32Array;
}

export interface ExportPanel {
  /** What the map is, for people: method and class. */
  readonly name: string;
  readonly picture: PanelPicture;
  readonly model: PanelModel;
  readonly method: {
    readonly id: string;
    readonly label: string;
    readonly cite: string;
    readonly paper: string;
  };
  /** The map is the first, or the first minus the second as `difference` says. */
  readonly terms: readonly PanelTerm[];
  /** How two terms are taken from each other; `null` where there is one. */
  readonly difference: string | null;
  readonly map: PanelMap;
  /** How far the map can be trusted, by the method's own checks. */
  readonly figures: readonly { readonly label: string; readonly value: number }[];
  readonly foreground: PanelForeground | null;
  /** `null` without foreground in view. */
  readonly scores: ForegroundAttention | null;
  readonly classes: PanelClasses;
}
