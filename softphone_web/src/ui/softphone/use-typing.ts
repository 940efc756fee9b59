/** Digits typed or pasted anywhere on the page go where they are meant. */
import { type RefObject, useEffect } from "react";

/** Whether the keys belong to a field, a list or a dialog just now. */
export function typesElsewhere(target: EventTarget | null): boolean {
  const element = target instanceof HTMLElement ? target : null;
  return Boolean(
    element?.closest("input, textarea, select, dialog, [contenteditable], [role=listbox]"),
  );
}

/** The first digit typed on the idle page lands in the number field. */
export function useTypingAnywhere(input: RefObject<HTMLInputElement | null>): void {
  useEffect(() => {
    const key = (event: KeyboardEvent) => {
      const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
      if (plain && /^[0-9+]$/.test(event.key) && !typesElsewhere(event.target)) {
        input.current?.focus();
      }
    };
    const paste = (event: ClipboardEvent) => {
      if (!typesElsewhere(event.target)) input.current?.focus();
    };
    window.addEventListener("keydown", key);
    window.addEventListener("paste", paste);
    return () => {
      window.removeEventListener("keydown", key);
      window.removeEventListener("paste", paste);
    };
  }, [input]);
}

/** In a call, keys and pasted digits are tones. */
export function useTones(send: (text: string) => void): void {
  useEffect(() => {
    const key = (event: KeyboardEvent) => {
      const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.repeat;
      if (plain && /^[0-9*#]$/.test(event.key) && !typesElsewhere(event.target)) send(event.key);
    };
    const paste = (event: ClipboardEvent) => {
      if (!typesElsewhere(event.target)) send(event.clipboardData?.getData("text") ?? "");
    };
    window.addEventListener("keydown", key);
    window.addEventListener("paste", paste);
    return () => {
      window.removeEventListener("keydown", key);
      window.removeEventListener("paste", paste);
    };
  }, [send]);
}
