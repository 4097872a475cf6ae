// The four numbers, each with how it is computed, and a bar against what a uniform map would score.
import type { ForegroundAttention } from "../../../core/metrics/foreground-attention.ts";
import { Term } from "../../components/HelpTip.tsx";
import { fill } from "../../fill.ts";
import { formatRatio, formatShare } from "../../format.ts";
import { strings } from "../../strings.ts";

export function Measures({ measures }: { readonly measures: ForegroundAttention }) {
  const { faf, baf, area, lift } = measures;
  const text = strings.foreground;
  return (
    <div className="measures">
      <dl>
        <Measure name={text.faf} help={text.fafHelp} value={formatShare(faf)} testId="faf" />
        <Measure name={text.lift} help={text.liftHelp} value={formatRatio(lift)} testId="lift" />
        <Measure name={text.baf} help={text.bafHelp} value={formatShare(baf)} testId="baf" />
        <Measure name={text.area} help={text.areaHelp} value={formatShare(area)} testId="area" />
      </dl>
      <div
        className="baseline-bar"
        role="img"
        aria-label={fill(text.bar, { faf: formatShare(faf), area: formatShare(area) })}
      >
        <div className="baseline-fill" style={{ inlineSize: `${100 * faf}%` }} />
        <div className="baseline-tick" style={{ insetInlineStart: `${100 * area}%` }} />
      </div>
      <div className="baseline-words number" aria-hidden="true">
        <span>0</span>
        <span className="baseline-label" style={{ insetInlineStart: `${100 * clampToBar(area)}%` }}>
          {text.uniform}
        </span>
        <span>1</span>
      </div>
    </div>
  );
}

interface MeasureProps {
  readonly name: string;
  readonly help: string;
  readonly value: string;
  readonly testId: string;
}

function Measure({ name, help, value, testId }: MeasureProps) {
  return (
    <div className="measure">
      <dt>
        <Term help={help}>{name}</Term>
      </dt>
      <dd className="number" data-testid={testId}>
        {value}
      </dd>
    </div>
  );
}

/** Keeps the word beneath the bar off its ends. */
function clampToBar(share: number): number {
  return Math.min(0.84, Math.max(0.16, share));
}
