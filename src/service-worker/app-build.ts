// The files of one build of the app, as the bundler lists them for the service worker.

/** One file of the build. */
export interface AppFile {
  /** Below the app's folder, with forward slashes. */
  readonly path: string;
  /** The first 32 hex digits of the SHA-256 of its bytes. */
  readonly digest: string;
  /** `at-once`: the page needs it to start. `once-used`: large, or needed by few. */
  readonly kept: "at-once" | "once-used";
}

/** One build: every file that it consists of, models and the service worker itself excepted. */
export interface AppBuild {
  /** Differs whenever any file does. */
  readonly version: string;
  readonly files: readonly AppFile[];
}

/** What the page may tell its service worker. */
export type Wish = "keep-app" | "take-over";

/** Digits of a digest that are kept: enough that no two files are ever taken for one another. */
export const digestDigits = 32;

/** Where the bundler puts files whose names carry a hash of what is in them. */
export const hashedFolder = "assets/";

/** The file's path without the bundler's hash, so that a file can be found again in another build. */
export function roleOf(path: string): string {
  return path.startsWith(hashedFolder) ? path.replace(/-[\w-]{8}(\.\w+)$/, "$1") : path;
}
