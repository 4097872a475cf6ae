// One of a few: all in sight where their names are short enough to stand in a row, else folded away.
import { type Choice, ChoiceField } from "./ChoiceField.tsx";
import { SelectField } from "./SelectField.tsx";

type OneOfProps<Value extends string> = Parameters<typeof ChoiceField<Value>>[0] & { readonly value: Value };

/** Letters, and paddings counted as letters, that fit on one line of the inspector beside no label. */
const lineLength = 42;
const paddingLetters = 4;

export function OneOf<Value extends string>(props: OneOfProps<Value>) {
  return fitsLine(props.choices) ? <ChoiceField {...props} /> : <SelectField {...props} />;
}

function fitsLine(choices: readonly Choice<string>[]): boolean {
  return choices.reduce((length, { label }) => length + label.length + paddingLetters, 0) <= lineLength;
}
