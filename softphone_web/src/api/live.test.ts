import { beforeEach, describe, expect, test } from "vitest";
import { FakeTimers } from "../phone/fakes";
import { backOff, Live, type LiveStatus, parseMessage, type Socket } from "./live";
import type { LiveMessage } from "./types";

class FakeSocket implements Socket {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  readonly sent: string[] = [];
  closed = false;

  send(text: string): void {
    this.sent.push(text);
  }

  close(): void {
    this.closed = true;
  }

  say(message: unknown): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
}

let sockets: FakeSocket[];
let timers: FakeTimers;
let statuses: LiveStatus[];
let heard: LiveMessage[];
let signedOut: number;
let tick: () => void;
let live: Live;
let inCall: boolean;
let woken: number;

const last = (): FakeSocket => {
  const socket = sockets.at(-1);
  if (!socket) throw new Error("no socket");
  return socket;
};

beforeEach(() => {
  sockets = [];
  timers = new FakeTimers();
  statuses = [];
  heard = [];
  signedOut = 0;
  inCall = false;
  woken = 0;
  tick = () => undefined;
  live = new Live({
    open: () => {
      const socket = new FakeSocket();
      sockets.push(socket);
      return socket;
    },
    every: (run) => {
      tick = run;
      return () => {
        tick = () => undefined;
      };
    },
    after: (ms, run) => timers.after(ms, run),
    now: () => timers.now(),
    wallClock: () => timers.now(),
    random: () => 0.5,
    canTakeCalls: () => true,
    inCall: () => inCall,
    onMessage: (message) => heard.push(message),
    onStatus: (status) => statuses.push(status),
    onSignedOut: () => {
      signedOut += 1;
    },
    onWoken: () => {
      woken += 1;
    },
  });
  live.start();
});

const greet = () => {
  last().onopen?.();
  last().say({ type: "hello", me: null, calls: [], server_time: "" });
};

describe("the live socket", () => {
  test("beats at once and at every tick", () => {
    greet();
    tick();
    expect(last().sent).toEqual(Array(2).fill('{"type":"heartbeat","phone":true}'));
    expect(statuses.at(-1)).toBe("live");
  });

  test("does not beat before it is open", () => {
    tick();
    expect(last().sent).toEqual([]);
  });

  test("comes back, later each time, and at once after a good connect", async () => {
    last().onclose?.({ code: 1006 });
    expect(statuses.at(-1)).toBe("lost");
    await timers.pass(299);
    expect(sockets).toHaveLength(1);
    await timers.pass(1);
    expect(sockets).toHaveLength(2);
    last().onclose?.({ code: 1006 });
    await timers.pass(599);
    expect(sockets).toHaveLength(2);
    await timers.pass(1);
    expect(sockets).toHaveLength(3);
    greet();
    last().onclose?.({ code: 1001 });
    await timers.pass(300);
    expect(sockets).toHaveLength(4);
  });

  test("a socket that went silent is replaced, and its late words are nobody's", async () => {
    greet();
    const silent = last();
    for (let n = 0; n < 4; n += 1) {
      await timers.pass(2_000);
      tick();
    }
    expect(silent.closed).toBe(true);
    await timers.pass(400);
    expect(sockets).toHaveLength(2);
    const before = heard.length;
    silent.say({ type: "heartbeat" });
    silent.onclose?.({ code: 1006 });
    expect(heard).toHaveLength(before);
    await timers.pass(60_000);
    expect(sockets).toHaveLength(2);
  });

  test("4401 signs out and does not try again", async () => {
    last().onclose?.({ code: 4401 });
    await timers.pass(60_000);
    expect(signedOut).toBe(1);
    expect(sockets).toHaveLength(1);
  });

  test("stopping closes it and stays closed", async () => {
    greet();
    live.stop();
    expect(last().closed).toBe(true);
    await timers.pass(60_000);
    expect(sockets).toHaveLength(1);
    expect(statuses.at(-1)).toBe("off");
  });

  test("hurrying skips the wait, but never makes a second socket", async () => {
    live.hurry();
    expect(sockets).toHaveLength(1);
    last().onclose?.({ code: 1006 });
    live.hurry();
    expect(sockets).toHaveLength(2);
    await timers.pass(1_000);
    expect(sockets).toHaveLength(2);
  });

  test("hurrying makes sure of a socket that looks well", async () => {
    greet();
    await timers.pass(1_000);
    live.hurry();
    last().say({ type: "heartbeat" });
    await timers.pass(100);
    live.hurry();
    await timers.pass(2_000);
    expect(sockets).toHaveLength(2);
    greet();
    await timers.pass(1_000);
    live.hurry();
    await timers.pass(200);
    last().say({ type: "heartbeat" });
    await timers.pass(5_000);
    expect(sockets).toHaveLength(2);
  });

  test("after a sleep of the machine everything is made anew at once", async () => {
    greet();
    await timers.pass(60_000);
    tick();
    expect(sockets).toHaveLength(2);
    expect(woken).toBe(1);
  });

  test("in a call it comes back within a second, however long it was away", async () => {
    inCall = true;
    for (let n = 0; n < 8; n += 1) {
      last().onclose?.({ code: 1006 });
      await timers.pass(1_000);
    }
    expect(sockets).toHaveLength(9);
  });

  test("says that a call rings here, when it is connected", () => {
    live.proveRinging("c1");
    expect(last().sent).toEqual([]);
    greet();
    live.proveRinging("c1");
    expect(last().sent.at(-1)).toBe('{"type":"ringing","call_id":"c1"}');
  });
});

test("waits grow to eight seconds, spread by a quarter", () => {
  expect([0, 1, 2, 20].map((n) => backOff(n, 0.5))).toEqual([300, 600, 1200, 8000]);
  expect(backOff(20, 0)).toBe(6000);
  expect(backOff(20, 1)).toBe(10_000);
});

test.each([
  ["{", null],
  ["[]", null],
  ["null", null],
  ['{"type":"heartbeat"}', { type: "heartbeat" }],
])("parsing %j", (text, message) => {
  expect(parseMessage(text)).toEqual(message);
});

test("a binary frame is no message", () => {
  expect(parseMessage(new ArrayBuffer(2))).toBeNull();
});
