// One head of a layer, or all of them.
import { useApp } from "../../app-context.ts";
import { SelectField } from "../../components/SelectField.tsx";
import { fill } from "../../fill.ts";
import { selectOption } from "../../state/selectors.ts";
import { resultOf } from "../../state/task.ts";
import { strings } from "../../strings.ts";
import type { OptionFieldProps } from "./OptionControl.tsx";

/** The value that stands for all heads. */
const every = -1;

export function HeadField({ name, label, help }: OptionFieldProps) {
  const heads = useApp((state) => resultOf(state.classifier)?.heads ?? 0);
  const value = useApp((state) => selectOption(state, name));
  const setOption = useApp((state) => state.setOption);
  const choices = Array.from({ length: heads + 1 }, (_, index) => index + every);
  return (
    <SelectField
      label={label}
      help={help}
      choices={choices.map((head) => ({ value: String(head), label: nameOf(head) }))}
      value={String(value)}
      onChange={(head) => setOption(name, Number(head))}
    />
  );
}

function nameOf(head: number): string {
  return head === every ? strings.method.everyHead : fill(strings.method.oneHead, { head });
}
