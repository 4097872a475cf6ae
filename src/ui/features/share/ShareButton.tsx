// Opens the share dialog.
import { DialogButton, type DialogComponent } from "../../components/DialogButton.tsx";
import { strings } from "../../strings.ts";

export function ShareButton() {
  return <DialogButton label={strings.share.open} load={loadDialog} />;
}

async function loadDialog(): Promise<DialogComponent> {
  const { ShareDialog } = await import("./ShareDialog.tsx");
  return ShareDialog;
}
