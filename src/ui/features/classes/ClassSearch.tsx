// Any of the model's classes, found by name.
import { useState } from "react";
import { ComboBox, Input, type Key, Label, ListBox, ListBoxItem, Popover, Text } from "react-aria-components";
import type { ClassifierInfo } from "../../../bridge/contract.ts";
import { useApp } from "../../app-context.ts";
import { searchClasses } from "../../class-probabilities.ts";
import { fill } from "../../fill.ts";
import { formatPercent } from "../../format.ts";
import { strings } from "../../strings.ts";

interface ClassSearchProps {
  readonly model: ClassifierInfo;
  /** `[C]` */
  readonly probabilities: Float64Array;
}

/** More than anybody reads; the rest is found by typing. */
const longestList = 40;

export function ClassSearch({ model, probabilities }: ClassSearchProps) {
  const [query, setQuery] = useState("");
  // Only so that the list closes, which it does when the value changes: the field itself stays empty.
  const [picked, setPicked] = useState<Key | null>(null);
  const chooseTarget = useApp((state) => state.chooseTarget);
  const matches = searchClasses(model, probabilities, query);
  const shown = matches.slice(0, longestList);
  const label = fill(strings.classes.search, { count: model.classes });
  return (
    <ComboBox
      className="class-search"
      menuTrigger="focus"
      allowsEmptyCollection
      items={shown}
      inputValue={query}
      onInputChange={setQuery}
      onOpenChange={(isOpen) => {
        if (!isOpen) setPicked(null);
      }}
      value={picked}
      onChange={(key) => {
        if (key === null) return;
        setPicked(key);
        setQuery("");
        chooseTarget({ kind: "class", index: Number(key) });
      }}
    >
      <Label className="visually-hidden">{label}</Label>
      <Input placeholder={label} />
      <Popover className="select-popover class-popover" offset={4}>
        <ListBox
          className="select-list"
          renderEmptyState={() => <p className="empty-list">{strings.classes.noMatch}</p>}
        >
          {({ index, label, probability }: (typeof shown)[number]) => (
            <ListBoxItem id={String(index)} className="select-item class-item" textValue={label}>
              <Text slot="label">{label}</Text>
              <Text slot="description" className="number">
                {formatPercent(probability)}
              </Text>
            </ListBoxItem>
          )}
        </ListBox>
        {matches.length > shown.length && (
          <p className="list-foot">{fill(strings.classes.more, { count: matches.length - shown.length })}</p>
        )}
      </Popover>
    </ComboBox>
  );
}
