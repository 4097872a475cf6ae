// All that a link holds: what is looked at, by which model and method, and how it is drawn.
import type { FramingChoice } from "../../bridge/contract.ts";
import type { ViewSettings } from "../state/app-state.ts";
import { defaultClassifier } from "../state/default-models.ts";
import { firstSelection, type Selection } from "../state/selection.ts";
import { defaultView } from "../state/view-defaults.ts";

/** The model of a view: one that the app knows, or a file that has to be given again. */
export type ViewModel =
  | { readonly kind: "registered"; readonly id: string }
  /** `sha256` of the ONNX file, lower-case hex. */
  | { readonly kind: "own"; readonly name: string; readonly sha256: string };

/** The picture of a view. */
export type ViewPicture =
  | { readonly kind: "sample"; readonly id: string }
  /** A file that has to be given again; `sha256` in lower-case hex. */
  | { readonly kind: "file"; readonly title: string; readonly sha256: string }
  /** A small copy within the link itself. */
  | { readonly kind: "embedded"; readonly title: string; readonly bytes: Uint8Array<ArrayBuffer> };

export interface View {
  /** `null` is whatever the page opens with. */
  readonly picture: ViewPicture | null;
  readonly model: ViewModel;
  /** Of its options only those of its method are kept. */
  readonly selection: Selection;
  readonly framing: FramingChoice;
  readonly settings: ViewSettings;
  /** Indices of the instances that count as foreground; `null` is all of them. */
  readonly instances: readonly number[] | null;
}

/** What the page shows without a link. */
export const defaultLinkedView: View = {
  picture: null,
  model: { kind: "registered", id: defaultClassifier },
  selection: firstSelection,
  framing: "crop",
  settings: defaultView,
  instances: null,
};
