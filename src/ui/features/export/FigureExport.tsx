// The panels as a figure for a paper, with a caption that can be rewritten.
import { Button, Label, TextArea, TextField } from "react-aria-components";
import { strings } from "../../strings.ts";
import type { Save } from "./ExportDialog.tsx";
import { svgFile } from "./export-files.ts";

interface FigureExportProps {
  readonly caption: string;
  readonly onCaption: (caption: string) => void;
  readonly isReady: boolean;
  readonly save: Save;
}

export function FigureExport({ caption, onCaption, isReady, save }: FigureExportProps) {
  return (
    <section className="dialog-section" aria-label={strings.export.figure}>
      <h3 className="export-heading">{strings.export.figure}</h3>
      <p className="muted">{strings.export.figureHelp}</p>
      <TextField value={caption} onChange={onCaption}>
        <Label className="field-head">{strings.export.caption}</Label>
        <TextArea className="dialog-text" rows={4} />
      </TextField>
      <div className="dialog-buttons">
        <Button
          className="button"
          isDisabled={!isReady}
          onPress={() => void save((source) => svgFile(source, caption))}
        >
          {strings.export.svg}
        </Button>
      </div>
    </section>
  );
}
