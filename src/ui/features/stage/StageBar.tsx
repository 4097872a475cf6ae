// Above the picture: what it is, and whether it is still the newest.
import type { ReactNode } from "react";
import type { PreparedImage } from "../../../bridge/contract.ts";
import { useApp } from "../../app-context.ts";
import { fill } from "../../fill.ts";
import { selectIsStale } from "../../state/selectors.ts";
import { strings } from "../../strings.ts";

export function StageBar({ children }: { readonly children?: ReactNode }) {
  const title = useApp((state) => state.shown?.picture.title);
  const prepared = useApp((state) => state.shown?.prepared ?? null);
  const isStale = useApp(selectIsStale);
  const isVacant = prepared === null;
  return (
    // Without a picture it only keeps its room, so that nothing below moves when one comes.
    <div className="stage-bar" data-vacant={isVacant || undefined}>
      <div className="stage-title" key={title}>
        <span className="stage-name">{title ?? "\u00a0"}</span>
        {prepared && <span className="muted number">{describeSize(prepared)}</span>}
        {isStale && <span className="stale-mark">{strings.stage.stale}</span>}
      </div>
      {children}
    </div>
  );
}

function describeSize({ type, width, height }: PreparedImage): string {
  return fill(strings.stage.size, { type, width, height });
}
