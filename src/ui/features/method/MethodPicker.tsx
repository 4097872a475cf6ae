// All methods by family, to be searched; those that the model cannot be explained by say why.
import {
  Autocomplete,
  Button,
  Header,
  Input,
  type Key,
  Label,
  ListBox,
  ListBoxItem,
  ListBoxSection,
  Popover,
  SearchField,
  Select,
  SelectValue,
  Text,
} from "react-aria-components";
import type { MethodFamily } from "../../../core/attribution/method.ts";
import { useApp, useAppParts } from "../../app-context.ts";
import { fill } from "../../fill.ts";
import { refusalOf } from "../../method-availability.ts";
import { type MethodFacts, methodFacts } from "../../method-options.ts";
import { resultOf } from "../../state/task.ts";
import { strings } from "../../strings.ts";
import "./method-picker.css";

const families = Object.keys(strings.method.families) as MethodFamily[];

export function MethodPicker() {
  const { id, chooseMethod } = useAppParts(({ selection, chooseMethod }) => ({
    id: selection.method,
    chooseMethod,
  }));
  return (
    <Select
      className="select-field method-picker"
      value={id}
      onChange={(key) => {
        const chosen = methodFacts.find((method) => method.id === key);
        if (chosen !== undefined && chosen.id !== id) chooseMethod(chosen.id);
      }}
    >
      <Label className="visually-hidden">{strings.method.title}</Label>
      <Button className="select-button">
        <SelectValue className="select-value">{({ selectedText }) => selectedText}</SelectValue>
        <svg className="select-arrow" viewBox="0 0 8 5" aria-hidden="true">
          <path d="M1 1l3 3 3-3" />
        </svg>
      </Button>
      <Popover className="select-popover method-popover" offset={4}>
        <Autocomplete filter={(_, query, node) => matches(node.key, query)}>
          <SearchField
            className="search-field"
            aria-label={fill(strings.method.search, { count: methodFacts.length })}
            autoFocus
          >
            <Input placeholder={fill(strings.method.search, { count: methodFacts.length })} />
          </SearchField>
          <MethodList />
        </Autocomplete>
      </Popover>
    </Select>
  );
}

function MethodList() {
  return (
    <ListBox
      className="select-list"
      renderEmptyState={() => <p className="empty-list">{strings.method.noMatch}</p>}
    >
      {families.map((family) => {
        const members = methodFacts.filter((method) => method.family === family);
        if (members.length === 0) return null;
        return (
          <ListBoxSection key={family} id={`family/${family}`} className="method-family">
            <Header className="method-family-name">{strings.method.families[family]}</Header>
            {members.map((method) => (
              <MethodItem key={method.id} method={method} />
            ))}
          </ListBoxSection>
        );
      })}
    </ListBox>
  );
}

function MethodItem({ method: { id, label, classSpecific } }: { readonly method: MethodFacts }) {
  const refusal = useApp((state) => refusalOf(id, resultOf(state.classifier)));
  return (
    <ListBoxItem id={id} className="select-item method-item" textValue={label} isDisabled={refusal !== null}>
      <Text slot="label">{label}</Text>
      {refusal !== null && <Text slot="description">{refusal}</Text>}
      {refusal === null && classSpecific && <Text slot="description">{strings.method.perClass}</Text>}
    </ListBoxItem>
  );
}

/** Whether every word of the query is in what is known of the method: its name, family, authors or summary. */
function matches(key: Key, query: string): boolean {
  const method = methodFacts.find(({ id }) => id === key);
  if (method === undefined) return false;
  const { label, family, cite, summary } = method;
  const text = [label, strings.method.families[family], cite, summary].join(" ").toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
