// The picture with its map as PNG, saved or on the clipboard.
import { Button } from "react-aria-components";
import { layOutFigure } from "../../../core/export/lay-out-figure.ts";
import { useApp, useAppStore } from "../../app-context.ts";
import { ChoiceField } from "../../components/ChoiceField.tsx";
import { SwitchField } from "../../components/SwitchField.tsx";
import { fill } from "../../fill.ts";
import { strings } from "../../strings.ts";
import type { Save } from "./ExportDialog.tsx";
import { type PictureWish, pngFile } from "./export-files.ts";
import { exportSource } from "./export-source.ts";
import { drawnPanels } from "./figure-of.ts";

const scales = ["1", "2", "3", "4"] as const;

interface PictureExportProps {
  readonly wish: PictureWish;
  readonly onWish: (wish: PictureWish) => void;
  readonly isReady: boolean;
  readonly save: Save;
  /** Told what to say to the person. */
  readonly onSaid: (text: string) => void;
}

export function PictureExport({ wish, onWish, isReady, save, onSaid }: PictureExportProps) {
  const store = useAppStore();
  const size = useApp((state) => {
    const { width, height } = layOutFigure(drawnPanels(state), { legend: wish.legend, caption: "" });
    return `${width}x${height}`;
  });
  const [width, height] = size.split("x").map(Number);
  const sizeAt = (scale: number) => ({
    width: Math.round(width * scale),
    height: Math.round(height * scale),
  });
  return (
    <section className="dialog-section" aria-label={strings.export.image}>
      <h3 className="export-heading">{strings.export.image}</h3>
      <div className="export-line">
        <ChoiceField
          label={strings.export.scale}
          choices={scales.map((value) => ({
            value,
            label: strings.export.scales[value].label,
            help: fill(strings.export.pixels, sizeAt(Number(value))),
          }))}
          value={scales.find((value) => Number(value) === wish.scale) ?? null}
          onChange={(value) => onWish({ ...wish, scale: Number(value) })}
        />
        <SwitchField
          label={strings.export.legend}
          help={strings.export.legendHelp}
          isOn={wish.legend}
          onChange={(legend) => onWish({ ...wish, legend })}
        />
      </div>
      <div className="dialog-buttons">
        <Button
          className="button button-primary"
          isDisabled={!isReady}
          onPress={() => void save((source) => pngFile(source, wish))}
        >
          {strings.export.png}
        </Button>
        <Button className="button" isDisabled={!isReady} onPress={() => void copy()}>
          {strings.export.copy}
        </Button>
        <span className="muted number">{fill(strings.export.pixels, sizeAt(wish.scale))}</span>
      </div>
    </section>
  );

  async function copy(): Promise<void> {
    // A promise within the item: some browsers forget the press while the picture is being made.
    const picture = exportSource(store.getState).then(async (source) => {
      if (source === null) throw new Error("no map");
      return (await pngFile(source, wish)).blob;
    });
    try {
      await navigator.clipboard.write([new ClipboardItem({ "image/png": picture })]);
      onSaid(strings.export.copied);
    } catch {
      onSaid(strings.export.copyFailed);
    }
  }
}
