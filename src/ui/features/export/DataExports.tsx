// Raw maps, parameters and scores for scripts, and everything at once.
import { Button } from "react-aria-components";
import { fill } from "../../fill.ts";
import { strings } from "../../strings.ts";
import type { Save } from "./ExportDialog.tsx";
import {
  csvFile,
  type ExportFile,
  type ExportSource,
  jsonFile,
  npyFile,
  type PictureWish,
  zipFile,
} from "./export-files.ts";

interface DataExportsProps {
  readonly wish: PictureWish;
  readonly caption: string;
  readonly isReady: boolean;
  readonly save: Save;
}

export function DataExports({ wish, caption, isReady, save }: DataExportsProps) {
  const { npy, npyHelp, json, jsonHelp, csv, csvHelp, zip, zipHelp } = strings.export;
  const rows: readonly (readonly [
    string,
    string,
    (source: ExportSource) => ExportFile | Promise<ExportFile>,
  ])[] = [
    [npy, npyHelp, npyFile],
    [json, jsonHelp, jsonFile],
    [csv, csvHelp, csvFile],
    [zip, zipHelp, (source) => zipFile(source, wish, caption)],
  ];
  return (
    <section className="dialog-section" aria-label={strings.export.data}>
      <h3 className="export-heading">{strings.export.data}</h3>
      <ul className="export-rows">
        {rows.map(([label, help, make]) => (
          <li key={label}>
            <Button
              className="button"
              isDisabled={!isReady}
              aria-label={fill(strings.export.saveAs, { format: label, help })}
              onPress={() => void save(make)}
            >
              {label}
            </Button>
            <span className="muted">{help}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
