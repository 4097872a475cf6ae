// Sentences that a person should know of, until they are dismissed, and the voice for screen readers.
import { Button } from "react-aria-components";
import { useApp } from "../../app-context.ts";
import { strings } from "../../strings.ts";
import "./notices.css";

export function Notices() {
  const notices = useApp((state) => state.notices);
  const dismiss = useApp((state) => state.dismiss);
  return (
    <div className="notices" role="status" aria-label={strings.notices.title}>
      {notices.map(({ id, text, action }) => (
        <div key={id} className="notice">
          <p>{text}</p>
          {action && (
            <Button className="button notice-action" onPress={action.run}>
              {action.label}
            </Button>
          )}
          <Button className="button button-plain" onPress={() => dismiss(id)}>
            {strings.trouble.dismiss}
          </Button>
        </div>
      ))}
    </div>
  );
}

/** Says results aloud when they come in; nobody sees it. */
export function Announcer() {
  const announcement = useApp((state) => state.announcement);
  return (
    <div className="visually-hidden" aria-live="polite" data-testid="announcement">
      {announcement}
    </div>
  );
}
