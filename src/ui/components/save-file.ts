// Hands a file to the browser's downloads.

/** In milliseconds. Browsers read the file a moment after the press. */
const keptFor = 60_000;

/** Saves under this name, or under one like it if there is such a file. */
export function saveFile({ name, blob }: { readonly name: string; readonly blob: Blob }): void {
  const address = URL.createObjectURL(blob);
  const anchor = document.createElement("a");
  anchor.href = address;
  anchor.download = name;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(address), keptFor);
}
