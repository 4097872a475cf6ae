// Sentences that stay until they are dismissed, and sentences that only a screen reader says.
import type { NoticeSlice } from "./app-state.ts";
import type { SliceContext } from "./slice-context.ts";

export function createNoticeSlice({ get, set }: SliceContext): NoticeSlice {
  let count = 0;
  return {
    notices: [],
    announcement: "",
    notify(text, action) {
      if (get().notices.some((notice) => notice.text === text)) return;
      const notice = { id: ++count, text, ...(action && { action }) };
      set((state) => ({ notices: [...state.notices, notice] }));
    },
    dismiss(id) {
      set((state) => ({ notices: state.notices.filter((notice) => notice.id !== id) }));
    },
    announce(text) {
      set({ announcement: text });
    },
  };
}
