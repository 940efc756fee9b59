import { useEffect, useRef } from "react";
import { type ShortcutId, shortcutOf } from "./shortcuts";
import { typesElsewhere } from "./use-typing";

type Handlers = Partial<Record<ShortcutId, (() => void) | undefined>>;

/** Runs the handler of the shortcut that is pressed; none while something is being typed. */
export function useShortcuts(handlers: Handlers): void {
  const current = useRef(handlers);
  current.current = handlers;
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented || typesElsewhere(event.target)) return;
      const id = shortcutOf(event);
      const run = id ? current.current[id] : undefined;
      if (!run) return;
      event.preventDefault();
      run();
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, []);
}
