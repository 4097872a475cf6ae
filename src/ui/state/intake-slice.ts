// Files that were dropped, pasted or chosen: a picture, a session, or a model with its data.
import { fill } from "../fill.ts";
import { strings } from "../strings.ts";
import type { IntakeSlice } from "./app-state.ts";
import type { SliceContext } from "./slice-context.ts";

export function createIntakeSlice({ get, set }: SliceContext): IntakeSlice {
  return {
    dropHover: false,
    setDropHover: (dropHover) => set({ dropHover }),
    async openFiles(files) {
      set({ dropHover: false });
      if (files.length === 0) return;
      if (files.some(isModel)) {
        await get().openModel({ kind: "own", files });
        return;
      }
      const session = files.find(isSession);
      if (session !== undefined) return get().openSession(session);
      const picture = files.find((file) => !isModelData(file));
      if (picture === undefined) {
        get().notify(strings.pictures.dataWithoutModel);
        return;
      }
      if (files.length > 1) get().notify(fill(strings.pictures.onlyFirst, { count: files.length }));
      await get().openGivenPicture(picture, picture.name === "" ? strings.pictures.pasted : picture.name);
    },
  };
}

/** The engine sniffs what a file really is; the name only tells which engine call it is meant for. */
function isModel({ name }: File): boolean {
  return /\.onnx$/i.test(name);
}

function isSession({ name }: File): boolean {
  return /\.zip$/i.test(name);
}

/** The names that exporters give to external data. */
function isModelData({ name }: File): boolean {
  return /\.onnx[._]data$|\.data$|\.weight$/i.test(name);
}
