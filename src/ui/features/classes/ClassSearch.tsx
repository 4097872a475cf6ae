// Any of the model's classes, found by name.
import { useState } from "react";
import {
  Autocomplete,
  Button,
  DialogTrigger,
  Input,
  ListBox,
  ListBoxItem,
  Popover,
  SearchField,
  Text,
} from "react-aria-components";
import type { ClassifierInfo } from "../../../bridge/contract.ts";
import { useApp } from "../../app-context.ts";
import { type ListedClass, searchClasses } from "../../class-probabilities.ts";
import "../../components/search-field.css";
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
  const label = fill(strings.classes.search, { count: model.classes });
  const [isOpen, setOpen] = useState(false);
  return (
    <DialogTrigger isOpen={isOpen} onOpenChange={setOpen}>
      <Button className="class-search">{label}</Button>
      {/* The search field of the list comes to lie over the button. */}
      <Popover className="select-popover class-popover" offset={-37}>
        <Finder model={model} probabilities={probabilities} label={label} onChosen={() => setOpen(false)} />
      </Popover>
    </DialogTrigger>
  );
}

interface FinderProps extends ClassSearchProps {
  readonly label: string;
  readonly onChosen: () => void;
}

function Finder({ model, probabilities, label, onChosen }: FinderProps) {
  const [query, setQuery] = useState("");
  const chooseTarget = useApp((state) => state.chooseTarget);
  const matches = searchClasses(model, probabilities, query);
  const shown = matches.slice(0, longestList);
  return (
    <Autocomplete inputValue={query} onInputChange={setQuery}>
      <SearchField className="search-field" aria-label={label} autoFocus>
        {/* It commands the list below, which it never closes. */}
        <Input placeholder={label} role="combobox" aria-expanded aria-haspopup="listbox" />
      </SearchField>
      <ListBox
        className="select-list"
        aria-label={strings.classes.title}
        items={shown}
        onAction={(key) => {
          chooseTarget({ kind: "class", index: Number(key) });
          onChosen();
        }}
        renderEmptyState={() => <p className="empty-list">{strings.classes.noMatch}</p>}
      >
        {ClassItem}
      </ListBox>
      {matches.length > shown.length && (
        <p className="list-foot">{fill(strings.classes.more, { count: matches.length - shown.length })}</p>
      )}
    </Autocomplete>
  );
}

function ClassItem({ index, label, probability }: ListedClass) {
  return (
    <ListBoxItem id={String(index)} className="select-item class-item" textValue={label}>
      <Text slot="label">{label}</Text>
      <Text slot="description" className="number">
        {formatPercent(probability)}
      </Text>
    </ListBoxItem>
  );
}
