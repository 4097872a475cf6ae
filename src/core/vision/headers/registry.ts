// All picture formats that can be read, one file each.
import { avif } from "./avif.ts";
import { bmp } from "./bmp.ts";
import { gif } from "./gif.ts";
import { jpeg } from "./jpeg.ts";
import { png } from "./png.ts";
import { webp } from "./webp.ts";

/** Most frequent first. */
export const pictureFormats = [jpeg, png, webp, gif, avif, bmp] as const;

/** Name of one of them, as people write it. */
export type PictureType = (typeof pictureFormats)[number]["type"];
