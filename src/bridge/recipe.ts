// What has to be said to a fresh worker to bring it to where the old one was.
import type { Step } from "./connection.ts";

export interface Recipe {
  /** Takes in a call that succeeded. Calls without lasting effect are ignored. */
  remember(step: Step): void;
  forget(method: string): void;
  clear(): void;
  /** The remembered calls in the order in which they must be repeated; nobody is told of their progress. */
  steps(): readonly Step[];
}

/**
 * @param stateful the calls that change a worker's state, in order: each builds on those before it, so that a new
 * one makes the later ones void.
 */
export function createRecipe(stateful: readonly string[]): Recipe {
  const remembered = new Map<string, Step>();
  return {
    remember({ method, job, args, onProgress }) {
      const position = stateful.indexOf(method);
      if (position < 0) return;
      for (const later of stateful.slice(position)) remembered.delete(later);
      const quiet = onProgress === undefined ? {} : { onProgress: () => undefined };
      remembered.set(method, { method, job, args, ...quiet });
    },
    forget: (method) => void remembered.delete(method),
    clear: () => remembered.clear(),
    steps: () => stateful.flatMap((method) => remembered.get(method) ?? []),
  };
}
