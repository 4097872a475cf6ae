// One of a few, all in sight: a row of joined buttons under a label.
import { type ReactNode, useId } from "react";
import { ToggleButton, ToggleButtonGroup } from "react-aria-components";
import "./choice-field.css";
import { WithHelp } from "./HelpTip.tsx";

export interface Choice<Value extends string> {
  readonly value: Value;
  readonly label: string;
  readonly help: string;
}

interface ChoiceFieldProps<Value extends string> {
  readonly label: string;
  readonly choices: readonly Choice<Value>[];
  /** `null` where none of them is in force. */
  readonly value: Value | null;
  readonly onChange: (value: Value) => void;
  readonly help?: ReactNode;
  readonly hideLabel?: boolean;
}

export function ChoiceField<Value extends string>(props: ChoiceFieldProps<Value>) {
  const { label, choices, value, onChange, help, hideLabel = false } = props;
  const labelId = useId();
  return (
    <div className="choice-field">
      <div className={hideLabel ? "visually-hidden" : "field-head"}>
        <span id={labelId}>{label}</span>
        {help}
      </div>
      <ToggleButtonGroup
        className="choices"
        aria-labelledby={labelId}
        selectedKeys={value === null ? [] : [value]}
        disallowEmptySelection
        onSelectionChange={(keys) => {
          const chosen = choices.find((choice) => keys.has(choice.value));
          if (chosen !== undefined && chosen.value !== value) onChange(chosen.value);
        }}
      >
        {choices.map((choice) => (
          <WithHelp key={choice.value} help={choice.help}>
            <ToggleButton id={choice.value} className="choice">
              {choice.label}
            </ToggleButton>
          </WithHelp>
        ))}
      </ToggleButtonGroup>
    </div>
  );
}
