// The picture, the model and the targets of a view, as parts of a link.
import type { GradientRules } from "../../bridge/contract.ts";
import { models } from "../../core/models/registry.ts";
import { firstSelection, type NamedVector, type Selection } from "../state/selection.ts";
import { fromBase64Url, toBase64Url } from "./base64url.ts";
import { digest, index, oneOf, onOff, title } from "./values.ts";
import { defaultLinkedView, type ViewModel, type ViewPicture } from "./view.ts";

/** The parts of a link by their keys. */
export interface Parts {
  /** The text of this part, or `null` where the link has none. */
  take(key: string): string | null;
  /** Notes that a part says nothing that this version understands. */
  refuse(key: string): null;
}

export type WrittenPart = readonly [key: string, text: string];

export function writePicture(picture: ViewPicture | null): WrittenPart[] {
  if (picture === null) return [];
  if (picture.kind === "sample") return [["sample", picture.id]];
  const named: WrittenPart = ["file", picture.title];
  return picture.kind === "file"
    ? [named, ["sha256", picture.sha256]]
    : [named, ["picture", toBase64Url(picture.bytes)]];
}

export function readPicture(parts: Parts): ViewPicture | null {
  const sample = readPart(parts, "sample", title.read);
  const name = readPart(parts, "file", title.read);
  const bytes = readPart(parts, "picture", fromBase64Url);
  const sha256 = readPart(parts, "sha256", digest.read);
  if (bytes !== null && bytes.length > 0) return { kind: "embedded", title: name ?? "picture", bytes };
  if (sha256 !== null) return { kind: "file", title: name ?? "picture", sha256 };
  return sample === null ? null : { kind: "sample", id: sample };
}

export function writeModel(model: ViewModel): WrittenPart[] {
  if (model.kind === "own")
    return [
      ["model-file", model.name],
      ["model-sha256", model.sha256],
    ];
  const isDefault = JSON.stringify(model) === JSON.stringify(defaultLinkedView.model);
  return isDefault ? [] : [["model", model.id]];
}

export function readModel(parts: Parts): ViewModel {
  const known = models.filter(({ task }) => task === "classification").map(({ id }) => id);
  const id = readPart(parts, "model", (text) => known.find((other) => other === text) ?? null);
  const name = readPart(parts, "model-file", title.read);
  const sha256 = readPart(parts, "model-sha256", digest.read);
  if (sha256 !== null) return { kind: "own", name: name ?? "model.onnx", sha256 };
  return id === null ? defaultLinkedView.model : { kind: "registered", id };
}

const gradients = oneOf<GradientRules>(["exact", "libra", "libra-probability"]);

export function writeTargets(selection: Selection): WrittenPart[] {
  const { target, pins, vector, gradient, difference } = selection;
  const parts: WrittenPart[] = [];
  if (target.kind === "class") parts.push(["class", String(target.index)]);
  if (target.kind === "contrast" || target.kind === "vector") parts.push(["target", target.kind]);
  if (pins.a !== null) parts.push(["a", String(pins.a)]);
  if (pins.b !== null) parts.push(["b", String(pins.b)]);
  if (vector !== null) parts.push(["vector", vector.name], ["vector-values", writeFloats(vector.values)]);
  if (gradient !== firstSelection.gradient) parts.push(["gradient", gradient]);
  if (difference) parts.push(["difference", onOff.write(true)]);
  return parts;
}

/** What cannot be, such as a contrast that lacks a class, becomes the most probable class. */
export function readTargets(
  parts: Parts,
): Pick<Selection, "target" | "pins" | "vector" | "gradient" | "difference"> {
  const classIndex = readPart(parts, "class", index.read);
  const kind = readPart(parts, "target", oneOf(["contrast", "vector"]).read);
  const pins = { a: readPart(parts, "a", index.read), b: readPart(parts, "b", index.read) };
  const vector = readVector(parts);
  const target =
    (kind === "contrast" && pins.a !== null && pins.b !== null) || (kind === "vector" && vector !== null)
      ? { kind }
      : classIndex === null
        ? firstSelection.target
        : ({ kind: "class", index: classIndex } as const);
  return {
    target,
    pins,
    vector,
    gradient: readPart(parts, "gradient", gradients.read) ?? firstSelection.gradient,
    difference: readPart(parts, "difference", onOff.read) ?? firstSelection.difference,
  };
}

function readVector(parts: Parts): NamedVector | null {
  const name = readPart(parts, "vector", title.read);
  const values = readPart(parts, "vector-values", readFloats);
  return values === null ? null : { name: name ?? "vector", values };
}

/** 32-bit floats, little-endian. */
function writeFloats(values: Float32Array): string {
  const view = new DataView(new ArrayBuffer(4 * values.length));
  values.forEach((value, place) => {
    view.setFloat32(4 * place, value, true);
  });
  return toBase64Url(new Uint8Array(view.buffer));
}

function readFloats(text: string): Float32Array<ArrayBuffer> | null {
  const bytes = fromBase64Url(text);
  if (bytes === null || bytes.length === 0 || bytes.length % 4 !== 0) return null;
  const view = new DataView(bytes.buffer);
  const values = Float32Array.from({ length: bytes.length / 4 }, (_, place) =>
    view.getFloat32(4 * place, true),
  );
  return values.every(Number.isFinite) ? values : null;
}

/** A part that is there but cannot be read is noted as such. */
export function readPart<Value>(
  parts: Parts,
  key: string,
  read: (text: string) => Value | null,
): Value | null {
  const text = parts.take(key);
  if (text === null) return null;
  return read(text) ?? parts.refuse(key);
}
