// Above the picture: what it is, and whether it is still the newest.
import type { ReactNode } from "react";
import { useApp } from "../../app-context.ts";
import { fill } from "../../fill.ts";
import { selectIsStale } from "../../state/selectors.ts";
import { strings } from "../../strings.ts";

export function StageBar({ children }: { readonly children?: ReactNode }) {
  const title = useApp((state) => state.shown?.picture.title);
  const prepared = useApp((state) => state.shown?.prepared ?? null);
  const isStale = useApp(selectIsStale);
  if (prepared === null) return null;
  const { type, width, height } = prepared;
  return (
    <div className="stage-bar">
      <div className="stage-title">
        <span className="stage-name">{title}</span>
        <span className="muted number">{fill(strings.stage.size, { type, width, height })}</span>
        {isStale && <span className="stale-mark">{strings.stage.stale}</span>}
      </div>
      {children}
    </div>
  );
}
