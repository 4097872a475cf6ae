// What the page knows about the map's making: the selection, what runs, and how steady the map is.
import type { GradientRules, Stability } from "../../bridge/contract.ts";
import type { MethodId } from "../../core/attribution/registry.ts";
import type { XaiError } from "../../core/errors.ts";
import type { Preset } from "../presets.ts";
import type { ShownMap } from "../shown-map.ts";
import type { NamedVector, OptionValue, Selection, TargetChoice } from "./selection.ts";
import type { Task } from "./task.ts";

export interface ExplanationSlice {
  readonly selection: Selection;
  /** `running` only once a map takes long enough to speak of it. */
  readonly explaining: Task<null>;
  /** Of the shown map. */
  readonly stability: Task<Stability>;
  /** What was wrong with the last file that should have been a vector. */
  readonly vectorError: XaiError | null;
  chooseMethod(method: MethodId): void;
  setOption(name: string, value: OptionValue): void;
  /** Gives all options of the method the values that its author chose. */
  resetOptions(): void;
  chooseTarget(target: TargetChoice): void;
  /** Pins a class as A or B, or takes its pin off. */
  togglePin(index: number): void;
  /** Explains for this vector from now on; `null` goes back to the most probable class. */
  setVector(vector: NamedVector | null): void;
  /** Reads a vector from a file and explains for it. */
  openVector(file: File): Promise<void>;
  chooseGradient(rules: GradientRules): void;
  /** Whether to show what the settings change, in place of the map. */
  showDifference(isShown: boolean): void;
  applyPreset(preset: Preset): void;
  /** Asks for the map of the shown picture as it is chosen now. */
  explainShown(): void;
  /** Shows a map that was asked for before, once it is there. */
  followMap(pending: Promise<ShownMap>): void;
  cancelExplaining(): void;
  /** Runs the picture once more with noise that nobody sees, and compares the maps. */
  measureStability(): Promise<void>;
}
