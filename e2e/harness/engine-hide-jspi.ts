// Takes JSPI away from this worker, before anything else is loaded.
delete (WebAssembly as { Suspending?: unknown }).Suspending;
