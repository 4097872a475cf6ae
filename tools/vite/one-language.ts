// Vite plugin: of the sentences that react-aria speaks in 34 languages, the page gets those of its own.
import type { Plugin } from "vite";

const translation =
  /[\\/](?:react-aria|react-aria-components|react-stately)[\\/].*[\\/]intl[\\/].*[\\/]([a-z]{2}-[A-Z]{2})\.m?js$/;

/**
 * Leaves out every other language: words that only a screen reader says would otherwise be in the browser's language
 * on a page that is not.
 * @param language as react-aria names its files, `en-US`.
 */
export function oneLanguage(language: string): Plugin {
  return {
    name: "patchlight:one-language",
    apply: "build",
    enforce: "pre",
    load: {
      filter: { id: translation },
      handler: (id) => (translation.exec(id)?.[1] === language ? undefined : "export default undefined;"),
    },
  };
}
