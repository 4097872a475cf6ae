// One of several, folded away: a labelled button that opens a list.
import type { ReactNode } from "react";
import {
  Button,
  ButtonContext,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  Select,
  SelectValue,
  Text,
} from "react-aria-components";
import "./select-field.css";

export interface SelectChoice<Value extends string> {
  readonly value: Value;
  readonly label: string;
  readonly help?: string;
}

interface SelectFieldProps<Value extends string> {
  readonly label: string;
  readonly choices: readonly SelectChoice<Value>[];
  readonly value: Value;
  readonly onChange: (value: Value) => void;
  /** What the button says, where that is more than the choice's own label. */
  readonly shownValue?: string;
  readonly hideLabel?: boolean;
  /** Beside the label. */
  readonly help?: ReactNode;
}

export function SelectField<Value extends string>(props: SelectFieldProps<Value>) {
  const { label, choices, value, onChange, shownValue, hideLabel = false, help } = props;
  return (
    <Select
      className="select-field"
      value={value}
      onChange={(key) => {
        const chosen = choices.find((choice) => choice.value === key);
        if (chosen !== undefined) onChange(chosen.value);
      }}
    >
      <div className={hideLabel ? "visually-hidden" : "field-head"}>
        <Label>{label}</Label>
        {/* Any button inside of a list's field would open the list. */}
        <ButtonContext value={null}>{help}</ButtonContext>
      </div>
      <Button className="select-button">
        <SelectValue className="select-value">{({ selectedText }) => shownValue ?? selectedText}</SelectValue>
        <svg className="select-arrow" viewBox="0 0 8 5" aria-hidden="true">
          <path d="M1 1l3 3 3-3" />
        </svg>
      </Button>
      <Popover className="select-popover" offset={4}>
        <ListBox className="select-list">
          {choices.map((choice) => (
            <ListBoxItem
              key={choice.value}
              id={choice.value}
              className="select-item"
              textValue={choice.label}
            >
              <Text slot="label">{choice.label}</Text>
              {choice.help !== undefined && <Text slot="description">{choice.help}</Text>}
            </ListBoxItem>
          ))}
        </ListBox>
      </Popover>
    </Select>
  );
}
