// A figure of one or more panels as a list of things to draw, so that SVG and canvas show the same.

/** One colour of a scale; `at` is its place, 0..1, `opacity` 0..1. */
export interface ColourStop {
  readonly at: number;
  /** `#rrggbb`. */
  readonly colour: string;
  readonly opacity: number;
}

/** What the figure says of a panel's colours. */
export interface FigureScale {
  readonly stops: readonly ColourStop[];
  readonly low: string;
  readonly high: string;
  /** The average or zero; `at` is its place, 0..1. */
  readonly mark: { readonly at: number; readonly text: string };
  /** What the colours mean, in one sentence. */
  readonly meaning: string;
}

/** The two pictures of a panel. */
export type FigureLayer = "picture" | "map";

export interface FigurePanel {
  readonly title: string;
  /** Below the title, smaller. */
  readonly subtitle: string;
  /** Width by height of the picture. */
  readonly ratio: number;
  /** Of the map over the picture, 0..1. */
  readonly opacity: number;
  /** Layers whose pixels stay squares when they are enlarged. */
  readonly crisp: { readonly [Layer in FigureLayer]: boolean };
  /** `null` where there is no map. */
  readonly scale: FigureScale | null;
  /** The foreground's border, as an SVG path in a square of `size`; `null` where none is shown. */
  readonly outline: { readonly path: string; readonly size: number } | null;
}

/** In units of which a pixel at 1x is one. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export type FigureItem =
  | (Box & {
      readonly kind: "image";
      readonly panel: number;
      readonly layer: FigureLayer;
      readonly opacity: number;
      readonly crisp: boolean;
    })
  | (Box & { readonly kind: "ramp"; readonly stops: readonly ColourStop[] })
  | (Box & { readonly kind: "fill"; readonly colour: string })
  | (Box & { readonly kind: "outline"; readonly path: string; readonly size: number })
  | {
      readonly kind: "text";
      readonly x: number;
      /** Of the baseline. */
      readonly y: number;
      readonly text: string;
      readonly size: number;
      readonly bold: boolean;
      readonly colour: string;
      readonly anchor: "start" | "middle" | "end";
    };

/** In units of which a pixel at 1x is one. */
export interface Figure {
  readonly width: number;
  readonly height: number;
  readonly items: readonly FigureItem[];
}
