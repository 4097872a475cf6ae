// One class: press it to explain it, pin it to compare it with another.
import { ToggleButton } from "react-aria-components";
import { useApp, useAppParts } from "../../app-context.ts";
import type { ListedClass } from "../../class-probabilities.ts";
import { fill } from "../../fill.ts";
import { formatPercent } from "../../format.ts";
import type { AppState } from "../../state/app-state.ts";
import { strings } from "../../strings.ts";

interface ClassRowProps {
  readonly listed: ListedClass;
  /** The first of its list. */
  readonly isFirst: boolean;
}

export function ClassRow({ listed: { index, label, probability } }: ClassRowProps) {
  const isExplained = useApp((state) => explains(state, index));
  const isTop = useApp((state) => state.shown?.classification?.top[0]?.index === index);
  const chooseTarget = useApp((state) => state.chooseTarget);
  return (
    <li className="class-row">
      <ToggleButton
        className="class-choice"
        isSelected={isExplained}
        onChange={() => chooseTarget(isTop ? { kind: "top" } : { kind: "class", index })}
      >
        <span className="class-label">{label}</span>
        <span className="number">{formatPercent(probability)}</span>
        <span className="class-bar" style={{ inlineSize: `${100 * probability}%` }} aria-hidden="true" />
      </ToggleButton>
      <PinToggle index={index} label={label} />
    </li>
  );
}

function PinToggle({ index, label }: { readonly index: number; readonly label: string }) {
  const { pins, togglePin } = useAppParts(({ selection, togglePin }) => ({
    pins: selection.pins,
    togglePin,
  }));
  const letter = pins.a === index ? "A" : pins.b === index ? "B" : null;
  const { pin, pinned } = strings.classes;
  return (
    <ToggleButton
      className="pin"
      isSelected={letter !== null}
      onChange={() => togglePin(index)}
      aria-label={letter === null ? fill(pin, { label }) : fill(pinned, { label, pin: letter })}
    >
      {letter ?? (
        <svg viewBox="0 0 12 12" aria-hidden="true">
          <path d="M4 1.5h4M4.5 1.5v3.2L3 7h6L7.5 4.700V1.500M6 7v4" />
        </svg>
      )}
    </ToggleButton>
  );
}

/** Whether the map is, or would be, about this class. */
function explains({ selection, shown }: AppState, index: number): boolean {
  const { target, pins } = selection;
  if (target.kind === "top") return shown?.classification?.top[0]?.index === index;
  if (target.kind === "contrast") return pins.a === index || pins.b === index;
  return target.kind === "class" && target.index === index;
}
