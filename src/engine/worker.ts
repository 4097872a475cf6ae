// The entry of both workers: one engine, of which each instance is asked for one role.
import { exposeWorker } from "../bridge/expose.ts";
import { decodePicture } from "./decode-picture.ts";
import { displayPicture } from "./display-picture.ts";
import { createExplainWorker } from "./explain-worker.ts";
import { createSegmentWorker } from "./segment-worker.ts";

exposeWorker({
  explain: createExplainWorker({ decode: decodePicture, display: displayPicture }),
  segment: createSegmentWorker(),
});
