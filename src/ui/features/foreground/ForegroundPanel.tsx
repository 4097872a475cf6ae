// How much of the map lies on the objects in the picture: FAF, BAF, area and lift, or why there is no number.
import { Button } from "react-aria-components";
import { useApp, useAppParts, useAppStore } from "../../app-context.ts";
import { ProgressLine } from "../../components/ProgressLine.tsx";
import { type ForegroundReading, readForeground } from "../../foreground-reading.ts";
import { describeProgress } from "../../progress.ts";
import { selectIsStale } from "../../state/selectors.ts";
import type { Running } from "../../state/task.ts";
import { strings } from "../../strings.ts";
import { ErrorNote } from "../trouble/ErrorNote.tsx";
import "./foreground-panel.css";
import { Instances } from "./Instances.tsx";
import { Measures } from "./Measures.tsx";

export function ForegroundPanel() {
  const isStale = useApp(selectIsStale);
  return (
    <section className="panel" aria-label={strings.foreground.title} data-stale={isStale || undefined}>
      <h2>{strings.foreground.title}</h2>
      <div className="reading">
        <CurrentReading />
      </div>
      <Instances />
    </section>
  );
}

/** Renders with every map, so it stands apart from the list of objects. */
function CurrentReading() {
  const inputs = useAppParts((state) => ({
    shown: state.shown,
    classifier: state.classifier,
    detector: state.detector,
    segmentation: state.segmentation,
    segmentedPicture: state.segmentedPicture,
    chosen: state.chosen,
    foreground: state.foreground,
    lastForeground: state.lastForeground,
  }));
  return <Reading reading={readForeground(inputs)} />;
}

function Reading({ reading }: { readonly reading: ForegroundReading }) {
  const store = useAppStore();
  const { foreground } = strings;
  switch (reading.state) {
    case "measured":
      return <Measures measures={reading.measures} />;
    case "loading":
      return <Search title={foreground.loading} task={reading.task} />;
    case "finding":
      return <Search title={foreground.finding} task={reading.task} />;
    case "failed":
      return <ErrorNote error={reading.error} onRetry={() => void store.getState().retryForeground()} />;
    case "waiting":
      return <p className="muted">{foreground.waiting}</p>;
    case "measuring":
      return <p className="muted">{foreground.measuring}</p>;
    case "none-found":
      return <p data-testid="no-foreground">{foreground.noneFound}</p>;
    case "none-chosen":
      return <p>{foreground.noneChosen}</p>;
    case "out-of-view":
      return <p>{foreground.outOfView}</p>;
    case "no-map":
      return <p>{foreground.noMap}</p>;
  }
}

function Search({ title, task }: { readonly title: string; readonly task: Running }) {
  const store = useAppStore();
  return (
    <div className="search">
      <ProgressLine task={task} label={title} />
      <div className="search-words">
        <p className="number">
          {title}
          {task.progress !== null && (
            <span className="muted search-step">{describeProgress(task, performance.now())}</span>
          )}
        </p>
        <Button className="button button-plain" onPress={() => store.getState().cancelForeground()}>
          {strings.progress.cancel}
        </Button>
      </div>
    </div>
  );
}
