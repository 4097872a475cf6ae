// What to know of a method: its definition, source, whether it depends on the class, caveats, and licence.
import type { ReactNode } from "react";
import { Button, Disclosure, DisclosurePanel, Heading } from "react-aria-components";
import { useApp } from "../../app-context.ts";
import { fill } from "../../fill.ts";
import { methodById } from "../../method-options.ts";
import { strings } from "../../strings.ts";
import { Formula } from "./Formula.tsx";
import "./method-card.css";

export function MethodCard() {
  const { label, summary, formula, cite, paper, classSpecific, caveats, licence } = methodById(
    useApp((state) => state.selection.method),
  );
  const { card, about } = strings.method;
  return (
    <div className="method-card">
      <p className="method-summary">{summary}</p>
      <Disclosure>
        <Heading level={3} className="fold-heading">
          <Button slot="trigger" className="fold-trigger">
            <svg viewBox="0 0 5 8" aria-hidden="true">
              <path d="M1 1l3 3-3 3" />
            </svg>
            {fill(about, { label })}
          </Button>
        </Heading>
        <DisclosurePanel>
          <dl className="method-facts">
            <Fact name={card.formula}>
              <Formula formula={formula} />
            </Fact>
            <Fact name={card.scope}>{classSpecific ? card.perClass : card.anyClass}</Fact>
            <Fact name={card.caveats}>
              <ul>
                {caveats.map((caveat) => (
                  <li key={caveat}>{caveat}</li>
                ))}
              </ul>
            </Fact>
            <Fact name={card.paper}>
              <a href={paper} target="_blank" rel="noopener noreferrer">
                <cite>{cite}</cite>
                <span className="visually-hidden">{card.newTab}</span>
              </a>
            </Fact>
            <Fact name={card.licence}>{licence}</Fact>
          </dl>
        </DisclosurePanel>
      </Disclosure>
    </div>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
