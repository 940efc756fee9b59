import { expect, test } from "vitest";
import { ariaKeys, keysText, type Pressed, shortcutOf } from "./shortcuts";

const pressed = (part: Partial<Pressed>): Pressed => ({
  key: "",
  code: "",
  altKey: false,
  ctrlKey: false,
  metaKey: false,
  repeat: false,
  ...part,
});

test.each([
  [{ key: "m" }, "mute"],
  [{ key: "M" }, "mute"],
  [{ key: "h" }, "hold"],
  [{ key: "t" }, "transfer"],
  [{ key: "k" }, "keypad"],
  [{ key: "Escape" }, "dismiss"],
  [{ key: "?" }, "help"],
  // With Alt some systems write another letter: the place of the key counts.
  [{ key: "å", code: "KeyA", altKey: true }, "answer"],
  [{ key: "d", code: "KeyD", altKey: true }, "decline"],
  [{ key: "c", code: "KeyC", altKey: true }, "call"],
  [{ key: "m", ctrlKey: true }, null],
  [{ key: "m", metaKey: true }, null],
  [{ key: "m", repeat: true }, null],
  [{ key: "a", code: "KeyA" }, null],
  [{ key: "m", code: "KeyM", altKey: true }, null],
  [{ key: "5" }, null],
])("%j is %s", (part, id) => {
  expect(shortcutOf(pressed(part))).toBe(id);
});

test("keys are written as people and screen readers know them", () => {
  expect(["answer", "mute", "dismiss"].map((id) => keysText(id as "answer"))).toEqual([
    "Alt+A",
    "M",
    "Esc",
  ]);
  expect(ariaKeys("dismiss")).toBe("Escape");
});
