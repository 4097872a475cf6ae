// Everything that can leave the page as a file: the picture, a figure for a paper, the raw maps, the scores.
import { useState } from "react";
import { toXaiError, type XaiError } from "../../../core/errors.ts";
import { useApp, useAppStore } from "../../app-context.ts";
import { DialogFrame } from "../../components/DialogFrame.tsx";
import { saveFile } from "../../components/save-file.ts";
import { fill } from "../../fill.ts";
import { strings } from "../../strings.ts";
import { ErrorNote } from "../trouble/ErrorNote.tsx";
import { captionOf } from "./caption.ts";
import { DataExports } from "./DataExports.tsx";
import "./export.css";
import type { ExportFile, ExportSource, PictureWish } from "./export-files.ts";
import { exportSource } from "./export-source.ts";
import { FigureExport } from "./FigureExport.tsx";
import { PictureExport } from "./PictureExport.tsx";
import { Preview } from "./Preview.tsx";
import { canExport, panelsOf } from "./panels-of.ts";

/** Makes files from what the page shows and saves them. */
export type Save = (make: (source: ExportSource) => ExportFile | Promise<ExportFile>) => Promise<void>;

export function ExportDialog({ onClose }: { readonly onClose: () => void }) {
  const store = useAppStore();
  const isReady = useApp(canExport);
  const hasMap = useApp(({ shown }) => shown !== null && shown.heatmap !== null);
  const ownCaption = useApp((state) => captionOf(panelsOf(state, "")));
  const [caption, setCaption] = useState<string | null>(null);
  const [wish, setWish] = useState<PictureWish>({ scale: 2, legend: true });
  const [saved, setSaved] = useState("");
  const [error, setError] = useState<XaiError | null>(null);

  const save: Save = async (make) => {
    setError(null);
    try {
      const source = await exportSource(store.getState);
      if (source === null) return;
      const file = await make(source);
      saveFile(file);
      setSaved(fill(strings.export.saved, { name: file.name }));
    } catch (thrown) {
      setError(toXaiError(thrown));
    }
  };

  return (
    <DialogFrame title={strings.export.title} close={strings.export.close} onClose={onClose}>
      {hasMap ? (
        <div className="export">
          <Preview legend={wish.legend} />
          <div className="export-choices">
            {!isReady && <p className="dialog-section muted">{strings.export.working}</p>}
            <PictureExport wish={wish} onWish={setWish} isReady={isReady} save={save} onSaid={setSaved} />
            <FigureExport
              caption={caption ?? ownCaption}
              onCaption={setCaption}
              isReady={isReady}
              save={save}
            />
            <DataExports wish={wish} caption={caption ?? ownCaption} isReady={isReady} save={save} />
            {error !== null && <ErrorNote error={error} onDismiss={() => setError(null)} />}
          </div>
        </div>
      ) : (
        <p className="dialog-section muted">{strings.export.nothing}</p>
      )}
      <p className="export-saved muted" role="status">
        {saved}
      </p>
    </DialogFrame>
  );
}
