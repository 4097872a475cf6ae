// All heads of the model as a grid of switches, folded away: rows are layers, columns heads.
import type { ReactNode } from "react";
import {
  Button,
  Disclosure,
  DisclosurePanel,
  Heading,
  ToggleButton,
  ToggleButtonGroup,
} from "react-aria-components";
import { useApp, useAppParts } from "../../app-context.ts";
import { fill } from "../../fill.ts";
import { selectOption } from "../../state/selectors.ts";
import { resultOf } from "../../state/task.ts";
import { strings } from "../../strings.ts";
import "./heads-field.css";

interface HeadsFieldProps {
  readonly name: string;
  readonly label: string;
  readonly help: ReactNode;
}

export function HeadsField({ name, label, help }: HeadsFieldProps) {
  const { layers, heads } = useAppParts(({ classifier }) => ({
    layers: resultOf(classifier)?.layers ?? 0,
    heads: resultOf(classifier)?.heads ?? 0,
  }));
  const isKnown = useApp(({ classifier }) => classifier.status === "done");
  const headsOff = useApp((state) => selectOption(state, name)) as readonly number[];
  const setOption = useApp((state) => state.setOption);
  const all = layers * heads;
  // Until the model is known there are no heads to switch, but there will be: the line is kept free for them.
  if (all === 0) return isKnown ? null : <p className="muted heads-room">{label}</p>;
  return (
    <Disclosure className="heads-field">
      <div className="field-head">
        <Heading level={3} className="fold-heading">
          <Button slot="trigger" className="fold-trigger">
            <svg viewBox="0 0 5 8" aria-hidden="true">
              <path d="M1 1l3 3-3 3" />
            </svg>
            {label}
          </Button>
        </Heading>
        {help}
        <span className="field-value">
          {fill(strings.method.headsOn, { on: all - headsOff.length, all })}
        </span>
      </div>
      <DisclosurePanel>
        <div className="heads">
          {Array.from({ length: layers }, (_, layer) => (
            <LayerHeads
              // biome-ignore lint/suspicious/noArrayIndexKey: a layer is its index.
              key={layer}
              layer={layer}
              heads={heads}
              headsOff={headsOff}
              onChange={(next) => setOption(name, next)}
            />
          ))}
        </div>
        <div className="heads-foot">
          <p className="muted">{strings.method.headCaption}</p>
          <Button
            className="button button-plain"
            isDisabled={headsOff.length === 0}
            onPress={() => setOption(name, [])}
          >
            {strings.method.allHeads}
          </Button>
        </div>
      </DisclosurePanel>
    </Disclosure>
  );
}

interface LayerHeadsProps {
  readonly layer: number;
  readonly heads: number;
  readonly headsOff: readonly number[];
  readonly onChange: (headsOff: readonly number[]) => void;
}

function LayerHeads({ layer, heads, headsOff, onChange }: LayerHeadsProps) {
  const first = layer * heads;
  const ids = Array.from({ length: heads }, (_, head) => first + head);
  return (
    <>
      <span className="heads-layer number" aria-hidden="true">
        {layer}
      </span>
      <ToggleButtonGroup
        className="heads-row"
        aria-label={fill(strings.method.headsOfLayer, { layer })}
        selectionMode="multiple"
        selectedKeys={ids.filter((id) => !headsOff.includes(id))}
        onSelectionChange={(on) => {
          const others = headsOff.filter((id) => id < first || id >= first + heads);
          const off = ids.filter((id) => !on.has(id));
          onChange([...others, ...off].sort((a, b) => a - b));
        }}
      >
        {ids.map((id) => (
          <ToggleButton
            key={id}
            id={id}
            className="head"
            aria-label={fill(strings.method.head, { layer, head: id - first })}
          />
        ))}
      </ToggleButtonGroup>
    </>
  );
}
