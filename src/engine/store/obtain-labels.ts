// The class names that ship with the app, by class index.
import { XaiError } from "../../core/errors.ts";
import { reasonOf } from "./open-reply.ts";
import { type StoreContext, throwIfCancelled } from "./store-context.ts";

/**
 * Reads `labels/<name>.txt`. A list of another length than the model has classes is not the model's: numbers are
 * better than wrong names.
 * @param classes C, the number of the model's outputs.
 * @returns C names.
 * @throws model/unavailable when the list cannot be read, job/cancelled
 */
export async function obtainLabels(
  name: string,
  classes: number,
  context: StoreContext,
): Promise<readonly string[]> {
  throwIfCancelled(context);
  const url = new URL(`labels/${encodeURIComponent(name)}.txt`, context.baseUrl).href;
  const names = (await readText(url, name, context)).split(/\r?\n/);
  if (names.at(-1) === "") names.pop();
  return names.length === classes ? names : numberedLabels(classes);
}

/** `class 0`, `class 1`, ... for a model that brings no names. */
export function numberedLabels(classes: number): readonly string[] {
  return Array.from({ length: classes }, (_, index) => `class ${index}`);
}

async function readText(url: string, name: string, context: StoreContext): Promise<string> {
  const unavailable = (why: string, cause?: unknown) =>
    new XaiError("model/unavailable", { model: `class names ${name}`, tried: [`${url} ${why}`] }, { cause });
  let reply: Response;
  let text: string;
  try {
    reply = await context.fetch(url, { signal: context.signal });
    text = await reply.text();
  } catch (error) {
    throwIfCancelled(context);
    throw unavailable(`unreachable (${reasonOf(error)})`, error);
  }
  if (!reply.ok) throw unavailable(`answered with status ${reply.status}`);
  if (/^\s*</.test(text)) throw unavailable("answered with a web page instead of the list");
  return text;
}
