// How far the shown map can be trusted: the method's own checks, and for unsteady methods a figure made on demand.
import { Button } from "react-aria-components";
import { useApp, useAppParts } from "../../app-context.ts";
import { Term } from "../../components/HelpTip.tsx";
import { describeError } from "../../describe-error.ts";
import { formatNumber } from "../../format.ts";
import { methodById } from "../../method-options.ts";
import { strings } from "../../strings.ts";
import "./figures.css";

export function Figures() {
  const map = useApp((state) => state.shown?.heatmap ?? null);
  const method = useApp((state) => state.selection.method);
  if (map === null || map.method !== method) return null;
  const isSingle = map.subject.kind !== "classes" && map.subject.kind !== "settings";
  const isUnstable = methodById(method).unstable === true && isSingle;
  const figures = isSingle ? (map.figures ?? []) : [];
  if (figures.length === 0 && !isUnstable) return null;
  return (
    <dl className="figures" aria-label={strings.method.figures}>
      {figures.map(({ label, value, help }) => (
        <div key={label} className="figure">
          <dt>
            <Term help={help}>{label}</Term>
          </dt>
          <dd className="number">{formatNumber(value)}</dd>
        </div>
      ))}
      {isUnstable && <StabilityFigure />}
    </dl>
  );
}

function StabilityFigure() {
  const { stability, measureStability } = useAppParts(({ stability, measureStability }) => ({
    stability,
    measureStability,
  }));
  const { stability: label, stabilityHelp, measureStability: measure, measuring } = strings.method;
  const isRunning = stability.status === "running";
  return (
    <div className="figure">
      <dt>
        <Term help={stabilityHelp}>{label}</Term>
      </dt>
      <dd className="number">
        {stability.status === "failed" && <span>{describeError(stability.error).what} </span>}
        {stability.status === "done" ? (
          <span data-testid="stability">{stability.result.rankCorrelation.toFixed(2)}</span>
        ) : (
          <Button className="button" isDisabled={isRunning} onPress={() => void measureStability()}>
            {isRunning ? measuring : measure}
          </Button>
        )}
      </dd>
    </div>
  );
}
