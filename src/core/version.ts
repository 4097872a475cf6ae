// The app's name and version as files that leave it carry them.

/** Equal to the version in `package.json`. */
export const appVersion = "0.1.0";

/** What a file says it was written by. */
export const appName = `Patchlight ${appVersion}`;
