// The engine's worker in a browser that has no JSPI: there onnxruntime-web's Asyncify build must do.
import "./engine-hide-jspi.ts";
import "../../src/engine/worker.ts";
