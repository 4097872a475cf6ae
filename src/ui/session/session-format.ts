// What a session file is: a ZIP of one JSON document, the picture as it was given, and the raw maps.

/** Raised when an older reader would misread the file. */
export const sessionVersion = 1;

/** Name of the JSON document within the archive. */
export const documentName = "session.json";

/** A file of the archive by its content. */
export interface SessionFile {
  /** Path within the archive. */
  readonly file: string;
  /** Lower-case hex. */
  readonly sha256: string;
}

/** A raw map, as NPY. */
export interface SessionMap extends SessionFile {
  readonly rows: number;
  readonly columns: number;
}

/** `session.json`; what else stands in it is for people and scripts. */
export interface SessionDocument {
  readonly format: "patchlight-session";
  readonly version: number;
  /** The view, as the fragment of a link. */
  readonly view: string;
  readonly picture: SessionFile & { readonly title: string };
  /** Of the first panel; `null` where there was no map. */
  readonly map: SessionMap | null;
}

/** Bytes that a session may unpack to. */
export const sessionLimit = 256_000_000;
