// Lays a folder of model files beside a built page, with the list by which the page finds them: a host then needs no hub.
// Run after `npm run build`: npx tsx tools/lay-mirror.ts <folder of models> [folder of the build]
import { cp, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { type ListedFile, listFiles } from "./http/list-files.ts";

/** Copies `models` to `models-mirror/` in the build, links as the files they lead to. @returns what lies there now. */
export async function layMirror(models: string, build: string): Promise<readonly ListedFile[]> {
  const mirror = join(build, "models-mirror");
  const listed = await listFiles(models);
  for (const { path } of listed) await cp(join(models, path), join(mirror, path), { dereference: true });
  const files = listed.filter(({ path }) => path !== "index.json");
  await writeFile(join(mirror, "index.json"), JSON.stringify({ files }));
  return files;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [models, build = "dist"] = process.argv.slice(2);
  if (models === undefined) throw new Error("Which folder of models?");
  const files = await layMirror(resolve(models), resolve(build));
  process.stdout.write(
    files.map(({ path, bytes }) => `${(bytes / 1e6).toFixed(1).padStart(7)} MB  ${path}\n`).join(""),
  );
}
