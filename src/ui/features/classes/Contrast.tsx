// Two pinned classes: the map of each, and what one has more than the other.
import type { ClassifierInfo } from "../../../bridge/contract.ts";
import { useAppParts } from "../../app-context.ts";
import { type Choice, ChoiceField } from "../../components/ChoiceField.tsx";
import { fill } from "../../fill.ts";
import type { TargetChoice } from "../../state/selection.ts";
import { strings } from "../../strings.ts";

type Side = "a" | "b" | "contrast";

export function Contrast({ model: { labels } }: { readonly model: ClassifierInfo }) {
  const { pins, target, chooseTarget } = useAppParts(({ selection, chooseTarget }) => ({
    pins: selection.pins,
    target: selection.target,
    chooseTarget,
  }));
  const { compare, contrast, onlyA, onlyB, pinSecond } = strings.classes;
  const { a, b } = pins;
  if (a === null && b === null) return null;
  if (a === null || b === null) return <p className="muted pin-hint">{pinSecond}</p>;
  const names = { first: labels[a], second: labels[b] };
  const choices: readonly Choice<Side>[] = [
    { value: "a", label: onlyA.label, help: fill(onlyA.help, { label: names.first }) },
    { value: "b", label: onlyB.label, help: fill(onlyB.help, { label: names.second }) },
    { value: "contrast", label: contrast.label, help: fill(contrast.help, names) },
  ];
  const targets: Readonly<Record<Side, TargetChoice>> = {
    a: { kind: "class", index: a },
    b: { kind: "class", index: b },
    contrast: { kind: "contrast" },
  };
  return (
    <ChoiceField
      label={compare}
      choices={choices}
      value={sideOf(target, a, b)}
      onChange={(side) => chooseTarget(targets[side])}
    />
  );
}

function sideOf(target: TargetChoice, a: number, b: number): Side | null {
  if (target.kind === "contrast") return "contrast";
  if (target.kind !== "class") return null;
  return target.index === a ? "a" : target.index === b ? "b" : null;
}
