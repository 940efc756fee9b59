/** Which key does what; the help sheet and the tooltips are made from the same table. */

export interface Keys {
  key: string;
  alt?: boolean;
}

/** Letters are matched by what the key writes; with Alt by its place, as Alt changes the letter. */
export const SHORTCUTS = {
  mute: { key: "m" },
  hold: { key: "h" },
  transfer: { key: "t" },
  keypad: { key: "k" },
  answer: { key: "a", alt: true },
  decline: { key: "d", alt: true },
  call: { key: "c", alt: true },
  dismiss: { key: "Escape" },
  help: { key: "?" },
} as const satisfies Record<string, Keys>;

export type ShortcutId = keyof typeof SHORTCUTS;

export interface Pressed {
  key: string;
  code: string;
  altKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
  repeat: boolean;
}

function matches(keys: Keys, pressed: Pressed): boolean {
  if (pressed.ctrlKey || pressed.metaKey || pressed.altKey !== Boolean(keys.alt)) return false;
  if (keys.alt) return pressed.code === `Key${keys.key.toUpperCase()}`;
  return pressed.key.length === 1
    ? pressed.key.toLowerCase() === keys.key
    : pressed.key === keys.key;
}

/** The shortcut that was pressed; null for every other key, and for one that is held down. */
export function shortcutOf(pressed: Pressed): ShortcutId | null {
  if (pressed.repeat) return null;
  const ids = Object.keys(SHORTCUTS) as ShortcutId[];
  return ids.find((id) => matches(SHORTCUTS[id], pressed)) ?? null;
}

/** How the keys are written: "Alt+A", "M", "Esc". */
export function keysText(id: ShortcutId): string {
  const { key, alt }: Keys = SHORTCUTS[id];
  const name = key === "Escape" ? "Esc" : key.toUpperCase();
  return alt ? `Alt+${name}` : name;
}

/** The same for `aria-keyshortcuts`. */
export function ariaKeys(id: ShortcutId): string {
  const { key, alt }: Keys = SHORTCUTS[id];
  const name = key.length === 1 ? key.toUpperCase() : key;
  return alt ? `Alt+${name}` : name;
}
