// What is known about a model before its file is read: plain data, one value per model.

/** Where one file of a model can come from. Sources are tried in the order they are listed. */
export interface FileSource {
  readonly kind: "built-in" | "mirror" | "hub";
  /** Built in: path below `models/`. Mirror: path below `models-mirror/`. Hub: absolute https URL. */
  readonly location: string;
  /** Size in bytes, where the source promises one. */
  readonly bytes?: number;
  /** Lower-case hex. Without one the first download is pinned and a later change is reported. */
  readonly sha256?: string;
}

export interface ModelFile {
  readonly name: string;
  readonly sources: readonly FileSource[];
}

/** How a picture becomes the input tensor. `pixel / 255`, minus `mean`, divided by `std`, channels RGB. */
export interface Preprocessing {
  /** `crop`: shorter side to `shorterSide`, then the centre. `squash`: both sides to the input size at once. */
  readonly framing: "crop" | "squash";
  /** In pixels; used by `crop` only. */
  readonly shorterSide: number;
  /** Side of the square input, in pixels. */
  readonly size: number;
  readonly mean: readonly [number, number, number];
  readonly std: readonly [number, number, number];
}

interface DescriptorBase {
  readonly id: string;
  readonly label: string;
  readonly files: readonly ModelFile[];
  readonly licence: string;
  /** Where the weights come from, in one sentence. */
  readonly origin: string;
}

export interface ClassifierDescriptor extends DescriptorBase {
  readonly task: "classification";
  readonly preprocessing: Preprocessing;
  /** Name of the label list below `labels/`, one class a line. */
  readonly labels: string;
}

export interface DetectorDescriptor extends DescriptorBase {
  readonly task: "instance-segmentation";
  /** Class names by index; index 0 is the background. */
  readonly labels: readonly string[];
}

export type ModelDescriptor = ClassifierDescriptor | DetectorDescriptor;
