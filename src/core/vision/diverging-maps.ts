// Colours for maps with a sign: two hues that part from a light middle, which stands for zero.
import { interpolateBrBG, interpolatePuOr, interpolateRdBu } from "d3-scale-chromatic";
import { type ColourMap, colourMap, parseColour } from "./colour-maps.ts";

/** A colour map whose middle is zero; its ends are named, so that a sentence can say what they mean. */
export interface DivergingMap<Id extends string = string> extends ColourMap<Id> {
  /** Colour of values above zero. */
  readonly above: string;
  /** Colour of values below zero. */
  readonly below: string;
}

/** All diverging maps, the default first; people with any common colour blindness can tell their ends apart. */
export const divergingMaps = [
  diverging("red-blue", "Red and blue", ["Red", "blue"], "Red above zero, blue below.", (share) =>
    parseColour(interpolateRdBu(1 - share)),
  ),
  diverging(
    "orange-purple",
    "Orange and purple",
    ["Orange", "purple"],
    "Orange above, purple below.",
    (share) => parseColour(interpolatePuOr(1 - share)),
  ),
  diverging("teal-brown", "Teal and brown", ["Teal", "brown"], "Teal above zero, brown below.", (share) =>
    parseColour(interpolateBrBG(share)),
  ),
] as const;

/** Names one of them. */
export type DivergingMapId = (typeof divergingMaps)[number]["id"];

/** The diverging map of that id. */
export function divergingMapOf(id: DivergingMapId): DivergingMap<DivergingMapId> {
  return divergingMaps.find((map) => map.id === id)!;
}

function diverging<const Id extends string>(
  id: Id,
  label: string,
  [above, below]: readonly [string, string],
  note: string,
  colour: (share: number) => readonly [number, number, number],
): DivergingMap<Id> {
  return { ...colourMap(id, label, note, colour), above, below };
}
