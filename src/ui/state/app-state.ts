// What the page knows, and what can be done to it: one interface a slice, all plain data and actions.
import type {
  BackendChoice,
  Classification,
  ClassifierInfo,
  DetectorInfo,
  Foreground,
  FramingChoice,
  JobId,
  ModelChoice,
  PreparedImage,
  RuntimeInfo,
  Segmentation,
} from "../../bridge/contract.ts";
import type { ColourMapId } from "../../core/vision/colour-maps.ts";
import type { DivergingMapId } from "../../core/vision/diverging-maps.ts";
import type { RgbaImage } from "../../core/vision/rgba-image.ts";
import type { ShownMap } from "../shown-map.ts";
import type { ExplanationSlice } from "./explanation-state.ts";
import type { LinkSlice } from "./link-state.ts";
import type { Task } from "./task.ts";

/** A picture as it was given, before anything was decoded. */
export interface Picture {
  /** Unique within the session. */
  readonly id: number;
  readonly title: string;
  readonly blob: Blob;
  /** Id of the sample that it is, if any. */
  readonly sample?: string;
}

/** One picture of `public/samples/index.json`. */
export interface Sample {
  readonly id: string;
  readonly title: string;
  /** Below `samples/`. */
  readonly file: string;
  readonly credit: string;
}

/** A picture of this session that can be opened again. */
export interface HistoryEntry {
  readonly picture: Picture;
  readonly thumbnail: RgbaImage;
}

/** The last complete picture; it stays on screen until the next one is complete. */
export interface Shown {
  readonly job: JobId;
  readonly picture: Picture;
  readonly framing: FramingChoice;
  readonly prepared: PreparedImage;
  /** `null` while the very first picture is still being classified. */
  readonly classification: Classification | null;
  /** `null` before the first map, and where the options leave no map at all. */
  readonly heatmap: ShownMap | null;
}

export interface RuntimeSlice {
  readonly backend: BackendChoice;
  readonly runtime: Task<RuntimeInfo>;
  /** Starts the runtime, loads the model, then explains the picture that waits. */
  boot(): Promise<void>;
  chooseBackend(backend: BackendChoice): Promise<void>;
}

export interface ModelSlice {
  readonly model: ModelChoice;
  readonly classifier: Task<ClassifierInfo>;
  openModel(model: ModelChoice): Promise<void>;
  retryModel(): Promise<void>;
  cancelModel(): void;
}

export interface PictureSlice {
  /** The picture that was asked for last. */
  readonly picture: Picture | null;
  readonly framing: FramingChoice;
  /** Decode, preprocess, forward, first map. */
  readonly analysis: Task<null>;
  readonly shown: Shown | null;
  readonly history: readonly HistoryEntry[];
  /** Title of the file that could not be read as a picture, while that error stands. */
  readonly refusedTitle: string | null;
  openPicture(blob: Blob, title: string, sample?: string): Promise<void>;
  reopenPicture(picture: Picture): Promise<void>;
  chooseFraming(framing: FramingChoice): Promise<void>;
  analyse(): Promise<void>;
  cancelAnalysis(): void;
}

/** A foreground, and the framing and cells it was cut for: with others its shares mean other places. */
export interface FramedForeground extends Foreground {
  readonly framing: FramingChoice;
  readonly cells: { readonly rows: number; readonly columns: number };
}

export interface ForegroundSlice {
  readonly detector: Task<DetectorInfo>;
  /** Id of the picture that `segmentation` is about. */
  readonly segmentedPicture: number | null;
  readonly segmentation: Task<Segmentation>;
  /** Indices of the instances that count as foreground, ascending. */
  readonly chosen: readonly number[];
  readonly foreground: Task<Foreground>;
  /** The newest finished foreground of the segmented picture; stays while the next is computed. */
  readonly lastForeground: FramedForeground | null;
  /** Finds the instances of the shown picture, or cuts their masks anew where they are known. */
  findForeground(): Promise<void>;
  retryForeground(): Promise<void>;
  /** Cuts the foreground anew where the shown map has other cells than the last one had. */
  matchForeground(): void;
  cancelForeground(): void;
  /** Gives up a running search for a picture that is being left; the detector's load goes on. */
  dropSearch(): void;
  chooseInstances(instances: readonly number[]): void;
}

export type Interpolation = "smooth" | "nearest";
/** Where the colour scale begins: at the map's lowest value, or at zero as vit-explain draws it. */
export type ScaleStart = "lowest" | "zero";
export type Pixels = "full" | "model";

export interface ViewSlice {
  readonly overlay: boolean;
  readonly outline: boolean;
  readonly opacity: number;
  readonly colourMap: ColourMapId;
  /** Colours of maps with a sign. */
  readonly divergingMap: DivergingMapId;
  readonly interpolation: Interpolation;
  readonly scaleStart: ScaleStart;
  readonly pixels: Pixels;
  setView(change: Partial<ViewSettings>): void;
}
export type ViewSettings = Omit<ViewSlice, "setView">;

export interface GallerySlice {
  readonly gallery: Task<readonly Sample[]>;
  loadGallery(): Promise<void>;
  openSample(sample: Sample): Promise<void>;
}

export interface IntakeSlice {
  /** Whether files are being held over the page. */
  readonly dropHover: boolean;
  setDropHover(hover: boolean): void;
  /** Opens the first picture, or the model if there is an `.onnx` file among them. */
  openFiles(files: readonly File[]): Promise<void>;
}

/** What a person can do about a notice. */
export interface NoticeAction {
  readonly label: string;
  readonly run: () => void;
}

export interface Notice {
  readonly id: number;
  readonly text: string;
  readonly action?: NoticeAction;
}

export interface NoticeSlice {
  readonly notices: readonly Notice[];
  /** The last sentence for screen readers. */
  readonly announcement: string;
  notify(text: string, action?: NoticeAction): void;
  dismiss(id: number): void;
  announce(text: string): void;
}

export type AppState = RuntimeSlice &
  ModelSlice &
  PictureSlice &
  ExplanationSlice &
  ForegroundSlice &
  ViewSlice &
  GallerySlice &
  IntakeSlice &
  LinkSlice &
  NoticeSlice;
