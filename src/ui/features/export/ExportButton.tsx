// Opens the export dialog.
import { DialogButton, type DialogComponent } from "../../components/DialogButton.tsx";
import { strings } from "../../strings.ts";

export function ExportButton() {
  return <DialogButton label={strings.export.open} load={loadDialog} />;
}

async function loadDialog(): Promise<DialogComponent> {
  const { ExportDialog } = await import("./ExportDialog.tsx");
  return ExportDialog;
}
