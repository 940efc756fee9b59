import { expect, test } from "vitest";
import { FakeTimers, settle } from "./fakes";
import { IceCache } from "./ice";
import { ToneQueue, type ToneSender } from "./tones";

/** Plays as a browser does: a new insertion throws away what was not played yet. */
class FakeSender implements ToneSender {
  canInsertDTMF = true;
  played = "";
  private buffer = "";
  private heard: (event: { tone: string }) => void = () => undefined;

  insertDTMF(tones: string): void {
    this.buffer = tones;
  }

  addEventListener(_: "tonechange", heard: (event: { tone: string }) => void): void {
    this.heard = heard;
  }

  /** Plays the next tone, or ends. */
  step(): void {
    const [tone = ""] = this.buffer;
    this.buffer = this.buffer.slice(1);
    this.played += tone;
    this.heard({ tone });
  }
}

test("typed while tones still play: none is lost, the order stays", () => {
  const sender = new FakeSender();
  const queue = new ToneQueue(sender);
  const typed = "0123456789*#".repeat(9);
  for (const digit of typed) {
    queue.send(digit);
    if (Number(digit) % 3 === 0) sender.step();
  }
  for (let n = 0; n < 400; n += 1) sender.step();
  expect(sender.played).toBe(typed);
  expect(queue.pending).toBe("");
});

test("what was not begun yet is known, for the leg that takes over", () => {
  const sender = new FakeSender();
  const queue = new ToneQueue(sender);
  queue.send("123");
  queue.send("45");
  expect(queue.pending).toBe("12345");
  sender.step();
  expect(queue.pending).toBe("2345");
});

test("a leg that is to be replaced ends its tone and begins no other", () => {
  const sender = new FakeSender();
  const queue = new ToneQueue(sender);
  queue.send("1234");
  sender.step();
  queue.hold();
  queue.send("5");
  for (let n = 0; n < 9; n += 1) sender.step();
  expect(sender.played).toBe("1");
  expect(queue.pending).toBe("2345");
});

test("where the browser cannot, the queue says so and keeps nothing", () => {
  const sender = new FakeSender();
  sender.canInsertDTMF = false;
  const queue = new ToneQueue(sender);
  expect(queue.send("1")).toBe(false);
  expect(queue.pending).toBe("");
});

test("STUN and TURN servers are asked for once, and anew before they are stale", async () => {
  const timers = new FakeTimers();
  let asked = 0;
  const cache = new IceCache(async () => {
    asked += 1;
    const server = { urls: ["turns:x.test"], username: "u", credential: `c${asked}` };
    return { servers: [server], ttl_seconds: 600 };
  }, timers);
  await cache.get();
  await timers.pass(530_000);
  expect(await cache.get()).toEqual([{ urls: ["turns:x.test"], username: "u", credential: "c1" }]);
  expect(asked).toBe(1);
  await timers.pass(20_000);
  expect((await cache.get())[0]?.credential).toBe("c2");
});

test("a call does not wait for them: a server that is slow or away costs little", async () => {
  const timers = new FakeTimers();
  const slow = new IceCache(() => new Promise(() => undefined), timers);
  let servers: readonly RTCIceServer[] | null = null;
  void slow.get().then((found) => {
    servers = found;
  });
  await timers.pass(700);
  expect(servers).toEqual([]);
  const away = new IceCache(() => Promise.reject(new Error("away")), timers);
  const found = away.get();
  await settle();
  expect(await found).toEqual([]);
});
