// The page: header, pictures, lightbox and inspector; on narrow screens everything but the lightbox becomes tabs.
import { type ReactNode, useMemo } from "react";
import { Tab, TabList, TabPanel, Tabs } from "react-aria-components";
import { AppContext } from "./app-context.ts";
import "./app.css";
import { calmStore } from "./calm-store.ts";
import "./components/button.css";
import { Classes } from "./features/classes/Classes.tsx";
import { ForegroundPanel } from "./features/foreground/ForegroundPanel.tsx";
import { Header } from "./features/header/Header.tsx";
import { MethodPanel } from "./features/method/MethodPanel.tsx";
import { DropOverlay } from "./features/pictures/DropOverlay.tsx";
import { Pictures } from "./features/pictures/Pictures.tsx";
import { AwaitedNote } from "./features/share/Awaited.tsx";
import { PictureChoices } from "./features/stage/PictureChoices.tsx";
import { Stage } from "./features/stage/Stage.tsx";
import { Announcer, Notices } from "./features/trouble/Notices.tsx";
import { ColourBar, Legend } from "./features/view/ColourBar.tsx";
import { ViewControls } from "./features/view/ViewControls.tsx";
import type { AppStore } from "./state/store.ts";
import { strings } from "./strings.ts";
import "./styles/base.css";
import { narrow, tight, useMedia } from "./use-media.ts";

export function App({ store }: { readonly store: AppStore }) {
  const isNarrow = useMedia(narrow);
  const stores = useMemo(() => ({ store, calm: calmStore(store) }), [store]);
  return (
    <AppContext value={stores}>
      <div className="page">
        <Header />
        <Notices />
        <AwaitedNote />
        {isNarrow ? <NarrowWorkspace /> : <WideWorkspace />}
      </div>
      <DropOverlay />
      <Announcer />
    </AppContext>
  );
}

function WideWorkspace() {
  const isTight = useMedia(tight);
  return (
    <div className="workspace">
      <aside className="rail" aria-label={strings.pictures.title}>
        <Pictures />
      </aside>
      <main className="centre">
        <Stage choices={isTight ? null : <PictureChoices hideLabels />} />
        <div className="view-strip">
          <ColourBar />
          {!isTight && <ViewControls />}
        </div>
      </main>
      <aside className="inspector" aria-label={strings.tabs.label}>
        <Classes />
        <MethodPanel />
        <ForegroundPanel />
        {isTight && <ViewPanel />}
      </aside>
    </div>
  );
}

function NarrowWorkspace() {
  return (
    <main className="narrow">
      <div className="narrow-stage">
        <Stage>
          <ColourBar hideLegend />
        </Stage>
      </div>
      <Tabs className="tabs">
        <TabList className="tab-list" aria-label={strings.tabs.label}>
          <Tab id="classes">{strings.classes.title}</Tab>
          <Tab id="method">{strings.method.title}</Tab>
          <Tab id="foreground">{strings.foreground.title}</Tab>
          <Tab id="view">{strings.tabs.view}</Tab>
          <Tab id="pictures">{strings.pictures.title}</Tab>
        </TabList>
        <Panel id="classes">
          <Classes />
        </Panel>
        <Panel id="method">
          <MethodPanel />
        </Panel>
        <Panel id="foreground">
          <ForegroundPanel />
        </Panel>
        <Panel id="view">
          <ViewPanel>
            <Legend />
          </ViewPanel>
        </Panel>
        <Panel id="pictures">
          <Pictures />
        </Panel>
      </Tabs>
    </main>
  );
}

/** The view's controls where they do not fit around the picture. */
function ViewPanel({ children }: { readonly children?: ReactNode }) {
  return (
    <section className="panel" aria-label={strings.view.title}>
      <h2>{strings.view.title}</h2>
      {children}
      <PictureChoices />
      <ViewControls />
    </section>
  );
}

function Panel({ id, children }: { readonly id: string; readonly children: ReactNode }) {
  return (
    <TabPanel id={id} className="tab-panel">
      {children}
    </TabPanel>
  );
}
