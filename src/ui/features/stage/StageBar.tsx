// Above the picture: what it is, and whether it is still the newest.
import type { ReactNode } from "react";
import { useApp } from "../../app-context.ts";
import { fill } from "../../fill.ts";
import { selectIsStale } from "../../state/selectors.ts";
import { strings } from "../../strings.ts";

export function StageBar({ children }: { readonly children?: ReactNode }) {
  const shown = useApp((state) => state.shown);
  const isStale = useApp(selectIsStale);
  if (shown === null) return null;
  const { type, width, height } = shown.prepared;
  return (
    <div className="stage-bar">
      <div className="stage-title">
        <span className="stage-name">{shown.picture.title}</span>
        <span className="muted number">{fill(strings.stage.size, { type, width, height })}</span>
        {isStale && <span className="stale-mark">{strings.stage.stale}</span>}
      </div>
      {children}
    </div>
  );
}
