// What the model takes the picture for.
import { useApp } from "../../app-context.ts";
import { HelpTip } from "../../components/HelpTip.tsx";
import { fill } from "../../fill.ts";
import { formatPercent } from "../../format.ts";
import { resultOf } from "../../state/task.ts";
import { strings } from "../../strings.ts";
import "./classes.css";

export function Classes() {
  const classification = useApp((state) => state.shown?.classification ?? null);
  const count = useApp((state) => resultOf(state.classifier)?.classes ?? null);
  const { title, help, waiting } = strings.classes;
  return (
    <section className="panel" aria-label={title}>
      <div className="panel-head">
        <h2>{title}</h2>
        {count !== null && (
          <HelpTip label={fill(strings.method.about, { label: title })} help={fill(help, { count })} />
        )}
      </div>
      {classification === null ? (
        <p className="muted">{waiting}</p>
      ) : (
        <ol className="classes">
          {classification.top.map(({ index, label, probability }) => (
            <li key={index}>
              <span className="class-label">{label}</span>
              <span className="number">{formatPercent(probability)}</span>
              <span
                className="class-bar"
                style={{ inlineSize: `${100 * probability}%` }}
                aria-hidden="true"
              />
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
