// Covers the page while files are held over it, so that the whole page says "drop here".
import { useApp } from "../../app-context.ts";
import { strings } from "../../strings.ts";
import "./drop-overlay.css";

export function DropOverlay() {
  const dropHover = useApp((state) => state.dropHover);
  if (!dropHover) return null;
  return (
    <div className="drop-overlay">
      <div>
        <p className="drop-title">{strings.pictures.dropHere}</p>
        <p>{strings.pictures.dropDetail}</p>
      </div>
    </div>
  );
}
