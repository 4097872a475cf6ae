// The model store as a worker uses it.
import type { OnProgress } from "../bridge/contract.ts";
import { browserContext, type StoreContext } from "./store/store-context.ts";

/** Opens the store for one job. @param appUrl address of the page, where the app's own files lie. */
export type StoreFactory = (
  appUrl: string | undefined,
  signal: AbortSignal,
  onProgress: OnProgress,
) => StoreContext;

/** The store on the browser's own fetch and caches. */
export const storeFor: StoreFactory = (appUrl, signal, onProgress) =>
  browserContext({ baseUrl: new URL(".", appUrl ?? globalThis.location.href), signal, onProgress });
