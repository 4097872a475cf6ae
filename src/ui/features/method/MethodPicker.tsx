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
import type { ClassifierInfo } from "../../../bridge/contract.ts";
import type { MethodFamily } from "../../../core/attribution/method.ts";
import { useApp, useAppParts } from "../../app-context.ts";
import "../../components/search-field.css";
import { fill } from "../../fill.ts";
import { refusalOf } from "../../method-availability.ts";
import { type MethodFacts, methodFacts } from "../../method-options.ts";
import { resultOf } from "../../state/task.ts";
import { strings } from "../../strings.ts";
import "./method-picker.css";

const families = (Object.keys(strings.method.families) as MethodFamily[])
  .map((family) => ({ family, members: methodFacts.filter((method) => method.family === family) }))
  .filter(({ members }) => members.length > 0);

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
            <Input
              placeholder={fill(strings.method.search, { count: methodFacts.length })}
              // It commands the list below, which it never closes.
              role="combobox"
              aria-expanded
              aria-haspopup="listbox"
            />
          </SearchField>
          <MethodList />
        </Autocomplete>
      </Popover>
    </Select>
  );
}

function MethodList() {
  const model = useApp((state) => resultOf(state.classifier));
  // Families of which nothing works stand last, so that what works is in sight.
  const isUseless = ({ members }: (typeof families)[number]) => commonRefusal(members, model) !== null;
  const ordered = [...families].sort((left, right) => Number(isUseless(left)) - Number(isUseless(right)));
  return (
    <ListBox
      className="select-list"
      renderEmptyState={() => <p className="empty-list">{strings.method.noMatch}</p>}
    >
      {ordered.map(({ family, members }) => (
        <ListBoxSection key={family} id={`family/${family}`} className="method-family">
          <FamilyHeader family={family} members={members} />
          {members.map((method) => (
            <MethodItem key={method.id} method={method} members={members} />
          ))}
        </ListBoxSection>
      ))}
    </ListBox>
  );
}

/** Names the family; where none of its methods works, all for one reason, says it once. */
function FamilyHeader({ family, members }: { readonly family: MethodFamily; readonly members: Members }) {
  const refusal = useApp((state) => commonRefusal(members, resultOf(state.classifier)));
  return (
    <Header className="method-family-name">
      {strings.method.families[family]}
      {refusal !== null && <p>{refusal}</p>}
    </Header>
  );
}

type Members = readonly MethodFacts[];

function commonRefusal(members: Members, model: ClassifierInfo | null): string | null {
  const refusals = new Set(members.map(({ id }) => refusalOf(id, model)));
  const [only = null] = refusals;
  return refusals.size === 1 ? only : null;
}

function MethodItem({ method, members }: { readonly method: MethodFacts; readonly members: Members }) {
  const { id, label, classSpecific } = method;
  const refusal = useApp((state) => refusalOf(id, resultOf(state.classifier)));
  const isToldAbove = useApp((state) => commonRefusal(members, resultOf(state.classifier)) !== null);
  return (
    <ListBoxItem id={id} className="select-item method-item" textValue={label} isDisabled={refusal !== null}>
      <Text slot="label">{label}</Text>
      {refusal !== null && (
        <Text slot="description" {...(isToldAbove && { className: "visually-hidden" })}>
          {refusal}
        </Text>
      )}
      {refusal === null && classSpecific && <Text slot="description">{strings.method.perClass}</Text>}
    </ListBoxItem>
  );
}

/** Whether the method is meant: by its label, or where no label has these words, by its authors and summary. */
function matches(key: Key, query: string): boolean {
  const method = methodFacts.find(({ id }) => id === key);
  if (method === undefined) return false;
  const words = query.toLowerCase().split(/\s+/);
  const hasAll = (text: string) => words.every((word) => text.toLowerCase().includes(word));
  if (methodFacts.some(({ label }) => hasAll(label))) return hasAll(method.label);
  return hasAll([method.label, method.cite, method.summary].join(" "));
}
