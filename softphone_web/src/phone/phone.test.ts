import { beforeEach, describe, expect, test } from "vitest";
import { ApiError } from "../api/client";
import type { Call } from "../api/types";
import {
  aCall,
  FakeApi,
  FakeMark,
  FakeMicrophone,
  FakeRinger,
  FakeTab,
  FakeTimers,
  FakeVoice,
  settle,
} from "./fakes";
import { Phone } from "./phone";

const WISH = { task: "T-1", country: "DE", number: "30901820" };
const ME = {
  id: "u1",
  email: "vpa1@example.test",
  name: "Mara Lenz",
  role: "vpa",
  language: "de",
} as const;

let api: FakeApi;
let voice: FakeVoice;
let microphone: FakeMicrophone;
let ringer: FakeRinger;
let tab: FakeTab;
let mark: FakeMark;
let timers: FakeTimers;
let phone: Phone;

beforeEach(() => {
  api = new FakeApi();
  voice = new FakeVoice();
  microphone = new FakeMicrophone();
  ringer = new FakeRinger();
  tab = new FakeTab();
  mark = new FakeMark();
  timers = new FakeTimers();
  let keys = 0;
  phone = new Phone({
    api,
    voice: () => Promise.resolve(voice),
    microphone,
    ringer,
    tab,
    mark,
    timers,
    newKey: () => {
      keys += 1;
      return `key-${keys}`;
    },
  });
});

const hello = (...calls: Call[]) =>
  phone.hear({ type: "hello", me: ME, calls, server_time: "2026-11-21T10:00:00Z" });
const push = (part: Partial<Call>) => phone.hear({ type: "call", call: aCall(part) });
const ring = (part: Partial<Call> = {}) =>
  phone.hear({ type: "ring", call: aCall({ direction: "inbound", state: "offered", ...part }) });

/** A call that is talked in, with its leg up. */
async function talking(): Promise<void> {
  await phone.place(WISH);
  await settle();
  voice.last.on.onUp();
  push({ state: "talking" });
}

describe("placing", () => {
  test("asks the server, then brings up the leg", async () => {
    await phone.place(WISH);
    await settle();
    expect(api.requests).toEqual([{ ...WISH, key: "key-1" }]);
    expect(voice.last.voice.uri).toBe("sip:c1@pbx.invalid");
    expect(phone.snapshot()).toMatchObject({ leg: "joining", busy: null });
    voice.last.on.onUp();
    expect(phone.snapshot().leg).toBe("up");
    expect(mark.value).toBe("c1");
  });

  test("a double click is one call", async () => {
    await Promise.all([phone.place(WISH), phone.place(WISH)]);
    expect(api.requests).toHaveLength(1);
  });

  test("the same wish after a lost answer carries the same key", async () => {
    api.next = new ApiError("network", 0, "");
    await phone.place(WISH);
    expect(phone.snapshot().trouble?.errorId).toBe("network");
    api.next = aCall();
    await phone.place(WISH);
    expect(api.requests.map((each) => each.key)).toEqual(["key-1", "key-1"]);
  });

  test("a refused wish gets a new key when it is tried again", async () => {
    api.next = new ApiError("limit-reached", 403, "Genug.");
    await phone.place(WISH);
    expect(phone.snapshot()).toMatchObject({
      busy: null,
      call: null,
      trouble: { errorId: "limit-reached", detail: "Genug." },
    });
    expect(microphone.isOpen).toBe(false);
    api.next = aCall();
    await phone.place(WISH);
    expect(api.requests.map((each) => each.key)).toEqual(["key-1", "key-2"]);
  });

  test("no call is placed while the microphone is refused", async () => {
    microphone.state = "prompt";
    microphone.refusal = "denied";
    await phone.place(WISH);
    expect(api.requests).toEqual([]);
    expect(phone.snapshot().trouble?.errorId).toBe("microphone-denied");
  });

  test("a push that overtakes the answer decides nothing about the leg", async () => {
    api.hold();
    const placing = phone.place(WISH);
    await settle();
    push({ state: "dialling" });
    expect(voice.legs).toHaveLength(0);
    expect(phone.snapshot().leg).toBe("none");
    api.letGo();
    await placing;
    await settle();
    expect(voice.legs).toHaveLength(1);
    expect(phone.snapshot().call?.state).toBe("dialling");
  });

  test("a call that ended before the answer came stays ended", async () => {
    api.hold();
    const placing = phone.place(WISH);
    await settle();
    push({ state: "dialling" });
    push({ state: "ended", outcome: "busy" });
    api.letGo();
    await placing;
    expect(phone.snapshot()).toMatchObject({ call: null, leg: "none" });
    expect(phone.snapshot().ended?.outcome).toBe("busy");
  });
});

describe("ending", () => {
  test("hanging up asks the server and frees the microphone", async () => {
    await talking();
    api.next = aCall({ state: "ended", outcome: "answered", talk_seconds: 3 });
    await phone.hangUp();
    expect(api.asked).toContain("hangUp c1");
    expect(phone.snapshot()).toMatchObject({ call: null, leg: "none", ending: false });
    expect(phone.snapshot().ended?.talk_seconds).toBe(3);
    expect(voice.last.dropped).toBe(true);
    expect(microphone.isOpen).toBe(false);
    expect(mark.value).toBeNull();
    expect(ringer.overs).toBe(1);
  });

  test("a failed hang-up says so and leaves the call", async () => {
    await talking();
    api.next = new ApiError("network", 0, "");
    await phone.hangUp();
    expect(phone.snapshot()).toMatchObject({ ending: false, trouble: { errorId: "network" } });
    expect(phone.snapshot().call?.state).toBe("talking");
  });

  test("an end that was missed while away is learnt after the next connect", async () => {
    await talking();
    api.stored = aCall({ state: "ended", outcome: "answered", talk_seconds: 42 });
    hello();
    await settle();
    expect(phone.snapshot().call).toBeNull();
    expect(phone.snapshot().ended?.talk_seconds).toBe(42);
  });

  test("late news of an ended call changes nothing", async () => {
    await talking();
    push({ state: "ended", outcome: "answered" });
    push({ state: "talking" });
    expect(phone.snapshot().call).toBeNull();
  });
});

describe("ringing", () => {
  test("rings, and answering brings up the leg on the chosen task", async () => {
    ring();
    expect(ringer.ringing).toBe(true);
    api.next = aCall({ direction: "inbound", state: "answering" });
    await phone.answer("T-9");
    await settle();
    expect(api.asked).toEqual(["answer c1 T-9"]);
    expect(ringer.ringing).toBe(false);
    expect(phone.snapshot()).toMatchObject({ ring: null, leg: "joining" });
  });

  test("a task that is gone does not cost the caller", async () => {
    ring();
    api.first = [new ApiError("unknown-task", 404, "")];
    api.next = aCall({ direction: "inbound", state: "answering" });
    await phone.answer("T-old");
    expect(api.asked).toEqual(["answer c1 T-old", "answer c1 null"]);
    expect(phone.snapshot()).toMatchObject({ ring: null, trouble: null });
  });

  test("stops when somebody else took it, and says so", () => {
    ring();
    phone.hear({ type: "ring-stop", call_id: "c1", reason: "answered-elsewhere" });
    expect(ringer.ringing).toBe(false);
    expect(phone.snapshot().missed?.reason).toBe("answered-elsewhere");
  });

  test("declining silences at once and is not undone by late news", async () => {
    ring();
    const declining = phone.decline();
    expect(phone.snapshot().ring).toBeNull();
    await declining;
    ring();
    expect(phone.snapshot().ring).toBeNull();
  });

  test("only the tab that carries sound makes the ringing tone", () => {
    tab.set(false);
    ring();
    expect(ringer.ringing).toBe(false);
    expect(phone.snapshot().ring?.id).toBe("c1");
  });

  test("answering during a call ends that one first", async () => {
    await talking();
    ring({ id: "c2" });
    expect(ringer.ringing).toBe(false);
    api.next = aCall({ state: "ended", outcome: "answered" });
    const answering = phone.answer(null);
    await settle();
    expect(api.asked.slice(-2)).toEqual(["hangUp c1", "answer c2 null"]);
    await answering;
  });

  test("a ringing call in the snapshot rings as well", () => {
    hello(aCall({ direction: "inbound", state: "offered" }));
    expect(phone.snapshot().ring?.id).toBe("c1");
  });
});

describe("the sound comes back", () => {
  test("after a reload, without a click", async () => {
    mark.value = "c1";
    hello(aCall({ state: "talking" }));
    await settle();
    expect(voice.legs).toHaveLength(1);
  });

  test("muted after a reload, where it was muted before", async () => {
    mark.value = "c1";
    mark.mutedCall = "c1";
    hello(aCall({ state: "talking" }));
    await settle();
    expect(voice.legs[0]?.muted).toBe(true);
    expect(phone.snapshot().muted).toBe(true);
    phone.mute(false);
    expect(mark.mutedCall).toBeNull();
  });

  test("in a browser that was just opened, when the far party hears nobody", async () => {
    hello(aCall({ state: "detached" }));
    await settle();
    expect(voice.legs).toHaveLength(1);
    expect(mark.value).toBe("c1");
  });

  test("a call of another browser is shown, not taken, until asked for", async () => {
    hello(aCall({ state: "talking" }));
    await settle();
    expect(voice.legs).toHaveLength(0);
    expect(phone.snapshot().leg).toBe("elsewhere");
    phone.takeOver();
    await settle();
    expect(voice.legs).toHaveLength(1);
  });

  test("a tab that loses the sound lets go without ending the call", async () => {
    await talking();
    tab.set(false);
    expect(voice.last.dropped).toBe(true);
    expect(phone.snapshot()).toMatchObject({ leg: "elsewhere" });
    expect(phone.snapshot().call?.state).toBe("talking");
    tab.set(true);
    await settle();
    expect(voice.legs).toHaveLength(2);
  });

  test("a damaged leg is replaced before it is dropped", async () => {
    await talking();
    const old = voice.last;
    old.on.onShaky("ice-failed");
    await timers.pass(200);
    expect(voice.legs).toHaveLength(2);
    expect(old.dropped).toBe(false);
    voice.last.on.onUp();
    expect(old.dropped).toBe(true);
    expect(phone.snapshot().leg).toBe("up");
  });

  test("a leg that does not come up is tried again and again", async () => {
    await talking();
    voice.last.on.onGone("failed", "x");
    await timers.pass(200);
    voice.last.on.onGone("failed", "x");
    await timers.pass(200);
    expect(voice.legs).toHaveLength(2);
    await timers.pass(200);
    expect(voice.legs).toHaveLength(3);
  });

  test("after a BYE in a call that goes on, another browser has it", async () => {
    await talking();
    api.open = [aCall({ state: "talking" })];
    voice.last.on.onGone("bye", "x");
    await timers.pass(1_500);
    expect(phone.snapshot().leg).toBe("elsewhere");
    expect(voice.legs).toHaveLength(1);
    expect(mark.value).toBeNull();
  });

  test("after a BYE and `detached` the leg comes back at once", async () => {
    await talking();
    voice.last.on.onGone("bye", "x");
    push({ state: "detached" });
    await timers.pass(200);
    expect(voice.legs).toHaveLength(2);
  });
});

describe("in the call", () => {
  test("mute reaches the leg, and the one that replaces it", async () => {
    await talking();
    phone.mute(true);
    expect(voice.last.muted).toBe(true);
    voice.last.on.onShaky("socket");
    await timers.pass(200);
    expect(voice.last.muted).toBe(true);
    expect(phone.snapshot().muted).toBe(true);
  });

  test("tones go over the leg, or over the server where that cannot", async () => {
    await talking();
    expect(phone.sendTones("1 2#")).toBe("12#");
    expect(voice.last.sent).toBe("12#");
    voice.last.canSendTones = false;
    phone.sendTones("3");
    expect(api.asked).toContain("tones c1 3");
    expect(phone.snapshot().tones).toBe("12#3");
  });

  test("another headset is used without a new leg", async () => {
    await talking();
    const before = voice.last.microphone;
    microphone.unplug();
    await settle();
    expect(voice.legs).toHaveLength(1);
    expect(voice.last.microphone).not.toBe(before);
  });

  test("a microphone that went away is told", async () => {
    await talking();
    microphone.refusal = "missing";
    microphone.unplug();
    await settle();
    expect(phone.snapshot().trouble?.errorId).toBe("microphone-missing");
  });
});

test("leaving the page drops the leg and keeps the mark", async () => {
  await talking();
  phone.leave();
  expect(voice.last.dropped).toBe(true);
  expect(mark.value).toBe("c1");
});
