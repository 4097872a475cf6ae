// The words below a figure: what each panel is, with which settings, and what was measured.
import type { ExportPanel } from "../../../core/export/panel.ts";
import { describeSettings } from "../../describe-settings.ts";
import { fill } from "../../fill.ts";
import { formatRatio, formatShare } from "../../format.ts";
import { methodFacts } from "../../method-options.ts";
import { strings } from "../../strings.ts";

const words = strings.export.captionOf;

/** One sentence or more a panel; panels have letters where there are several. */
export function captionOf(panels: readonly ExportPanel[]): string {
  const texts = panels.map(describePanel);
  if (texts.length === 1) return texts[0];
  return texts
    .map((text, index) => fill(words.panel, { letter: String.fromCharCode(97 + index), text }))
    .join(" ");
}

function describePanel({ name, picture, model, method, terms, scores, foreground }: ExportPanel): string {
  const map = name.replace(/,$/, "");
  const sentences: string[] = [fill(words.map, { map, title: picture.title, model: model.label })];
  const known = methodFacts.find(({ id }) => id === method.id);
  const changed = known ? describeSettings(known.id, terms[0].options) : [];
  if (changed.length > 0) sentences.push(fill(words.options, { options: changed.join(", ") }));
  if (scores !== null)
    sentences.push(
      fill(words.scores, {
        faf: formatShare(scores.faf),
        area: formatShare(scores.area),
        lift: formatRatio(scores.lift),
        objects: foreground?.instances.map(({ label }) => label).join(", ") ?? "",
      }),
    );
  return sentences.join(" ");
}
