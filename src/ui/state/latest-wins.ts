// Keeps a slider from queueing up work: one request in flight, and of those that wait only the newest.

export interface LatestWins<Input> {
  /** Runs `input` at once, or after the run in flight, unless a newer input comes first. */
  ask(input: Input): void;
  /** Drops what waits; the run in flight goes on. */
  forget(): void;
}

/** @param run must not reject: it shows its own errors. */
export function latestWins<Input>(run: (input: Input) => Promise<void>): LatestWins<Input> {
  let busy = false;
  let waiting: { readonly input: Input } | null = null;

  async function work(first: Input): Promise<void> {
    busy = true;
    try {
      await run(first);
      while (waiting !== null) {
        const { input } = waiting;
        waiting = null;
        await run(input);
      }
    } finally {
      busy = false;
    }
  }

  return {
    ask(input) {
      if (busy) waiting = { input };
      else void work(input);
    },
    forget() {
      waiting = null;
    },
  };
}
