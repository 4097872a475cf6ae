// All files below a folder, with their sizes: the white list of what a served folder may give away.
import { readdir, realpath, stat } from "node:fs/promises";
import { join } from "node:path";

/** One file below a served folder. */
export interface ListedFile {
  /** Relative to the folder, with forward slashes. */
  readonly path: string;
  /** Size in bytes. */
  readonly bytes: number;
}

/**
 * Lists the files below `folder`, in order of their path; hidden files are left out and links are followed,
 * so that a folder of links (as download caches make them) can be listed too.
 * @returns an empty list if there is no such folder.
 */
export async function listFiles(folder: string): Promise<readonly ListedFile[]> {
  const files: ListedFile[] = [];
  await collect(folder, "", new Set(), files);
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function collect(
  folder: string,
  prefix: string,
  ancestors: ReadonlySet<string>,
  into: ListedFile[],
): Promise<void> {
  const real = await realpath(folder).catch(() => undefined);
  // A link to a folder above itself would be listed for ever.
  if (real === undefined || ancestors.has(real)) return;
  for (const name of await readdir(real).catch(() => [])) {
    if (name.startsWith(".")) continue;
    const facts = await stat(join(real, name)).catch(() => undefined);
    if (facts?.isFile()) into.push({ path: prefix + name, bytes: facts.size });
    if (facts?.isDirectory())
      await collect(join(real, name), `${prefix}${name}/`, new Set([...ancestors, real]), into);
  }
}
