import { beforeEach, expect, test } from "vitest";
import { Attention } from "./attention";
import { aCall } from "./fakes";

let hidden: boolean;
let notices: string[];
let icons: string[];
let tick: (() => void) | null;
let attention: Attention;

beforeEach(() => {
  hidden = true;
  notices = [];
  icons = [];
  tick = null;
  attention = new Attention({
    hidden: () => hidden,
    notify: (ring) => {
      notices.push(`+${ring.id}`);
      return () => notices.push(`-${ring.id}`);
    },
    icon: (file) => icons.push(file),
    every: (_, run) => {
      tick = run;
      return () => {
        tick = null;
      };
    },
  });
});

const ring = aCall({ state: "offered", direction: "inbound" });

test("one notice and a flashing icon, until it rings no more", () => {
  attention.look({ rings: [ring], leader: true });
  attention.look({ rings: [{ ...ring }], leader: true });
  tick?.();
  expect(notices).toEqual(["+c1"]);
  expect(icons).toEqual(["/favicon-ringing.svg", "/favicon.svg"]);
  attention.look({ rings: [], leader: true });
  expect(notices).toEqual(["+c1", "-c1"]);
  expect(icons.at(-1)).toBe("/favicon.svg");
  expect(tick).toBeNull();
});

test("nothing where the page is seen, and it ends when it is", () => {
  hidden = false;
  attention.look({ rings: [ring], leader: true });
  expect(notices).toEqual([]);
  hidden = true;
  attention.look({ rings: [ring], leader: true });
  hidden = false;
  attention.look({ rings: [ring], leader: true });
  expect(notices).toEqual(["+c1", "-c1"]);
});

test("only the tab that rings", () => {
  attention.look({ rings: [ring], leader: false });
  expect(notices).toEqual([]);
  expect(icons).toEqual([]);
});
