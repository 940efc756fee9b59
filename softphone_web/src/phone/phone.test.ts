import { beforeEach, describe, expect, test } from "vitest";
import { ApiError } from "../api/client";
import type { Call } from "../api/types";
import {
  aCall,
  FakeApi,
  FakeMarks,
  FakeMicrophone,
  FakeRinger,
  FakeTab,
  FakeTallies,
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
  status: "available",
  rights: [] as never[],
  second_factor_due: false,
  password_days_left: null,
} as const;

let api: FakeApi;
let voice: FakeVoice;
let microphone: FakeMicrophone;
let ringer: FakeRinger;
let tab: FakeTab;
let marks: FakeMarks;
let proofs: string[];
let prepared: string[];
let timers: FakeTimers;
let phone: Phone;

beforeEach(() => {
  api = new FakeApi();
  voice = new FakeVoice();
  microphone = new FakeMicrophone();
  ringer = new FakeRinger();
  tab = new FakeTab();
  marks = new FakeMarks();
  proofs = [];
  prepared = [];
  timers = new FakeTimers();
  let keys = 0;
  phone = new Phone({
    api,
    voice: () => {
      prepared.push("voice");
      return Promise.resolve(voice);
    },
    microphone,
    ringer,
    tab,
    marks,
    timers,
    tallies: new FakeTallies(),
    iceServers: () => {
      prepared.push("iceServers");
      return Promise.resolve([]);
    },
    spokenMs: () => 0,
    proveRinging: (id) => proofs.push(id),
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

const inbound = (id: string, state: Call["state"]) =>
  aCall({ id, direction: "inbound", state, offered_at: "2026-11-21T10:05:00Z" });

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
    expect(marks.has("c1")).toBe(true);
  });

  test("what the leg needs is fetched while the server is asked", async () => {
    const placed = phone.place(WISH);
    await Promise.resolve();
    expect(prepared).toEqual(["voice", "iceServers"]);
    expect(voice.legs).toEqual([]);
    await placed;
  });

  test("a ringing call finds everything ready when it is answered", () => {
    ring();
    expect(prepared).toEqual(["voice", "iceServers"]);
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
    api.wait();
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
    api.wait();
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
    expect(marks.has("c1")).toBe(false);
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

  test("answering during a call leaves holding to the server", async () => {
    await talking();
    ring({ id: "c2" });
    expect(ringer).toMatchObject({ ringing: false, knocking: true });
    api.next = inbound("c2", "answering");
    await phone.answer(null);
    await settle();
    expect(api.asked.at(-1)).toBe("answer c2 null");
    expect(api.asked).not.toContain("hangUp c1");
    push({ state: "held" });
    expect(ringer.knocking).toBe(false);
    expect(voice.legs).toHaveLength(2);
    expect(voice.legs[0]?.dropped).toBe(false);
    expect(phone.snapshot().call?.id).toBe("c2");
    expect(phone.snapshot().calls.map((each) => each.id)).toEqual(["c1", "c2"]);
  });

  test("or ends that one first, where asked to", async () => {
    await talking();
    ring({ id: "c2" });
    api.first = [aCall({ state: "ended", outcome: "answered" })];
    api.next = inbound("c2", "answering");
    await phone.answer(null, "end");
    expect(api.asked.slice(-2)).toEqual(["hangUp c1", "answer c2 null"]);
    expect(phone.snapshot().calls.map((each) => each.id)).toEqual(["c2"]);
  });

  test("the same call never begins to ring twice", () => {
    ring();
    ring();
    hello(aCall({ direction: "inbound", state: "offered" }));
    expect(ringer.rings).toBe(1);
  });

  test("ringing is proved at once, and again after a reconnect", () => {
    ring();
    expect(proofs).toEqual(["c1"]);
    hello(aCall({ direction: "inbound", state: "offered" }));
    expect(proofs).toEqual(["c1", "c1"]);
  });

  test("a tab that does not ring proves nothing, until it leads", () => {
    tab.set(false);
    ring();
    expect(proofs).toEqual([]);
    tab.set(true);
    expect(proofs).toEqual(["c1"]);
    expect(ringer.ringing).toBe(true);
  });

  test("a declined call may be offered again later", async () => {
    ring();
    await phone.decline();
    phone.hear({ type: "ring-stop", call_id: "c1", reason: "declined" });
    ring();
    expect(phone.snapshot().ring?.id).toBe("c1");
  });

  test("a ringing call in the snapshot rings as well", () => {
    hello(aCall({ direction: "inbound", state: "offered" }));
    expect(phone.snapshot().ring?.id).toBe("c1");
  });
});

describe("what arrives late", () => {
  beforeEach(() => {
    hello(aCall({ state: "talking", revision: 3 }));
    push({ state: "transferring", revision: 5 });
    push({ state: "talking", revision: 7 });
  });

  test("an answer that its own consequences have overtaken is no news", () => {
    push({ state: "transferring", revision: 5 });
    expect(phone.snapshot().call?.state).toBe("talking");
  });

  test("after a restart the server counts anew", () => {
    hello(aCall({ state: "held", revision: 1 }));
    expect(phone.snapshot().call?.state).toBe("held");
    push({ state: "talking", revision: 2 });
    expect(phone.snapshot().call?.state).toBe("talking");
  });
});

describe("the sound comes back", () => {
  test("after a reload, without a click", async () => {
    marks.add("c1");
    hello(aCall({ state: "talking" }));
    await settle();
    expect(voice.legs).toHaveLength(1);
  });

  test("muted after a reload, where it was muted before", async () => {
    marks.add("c1");
    marks.muted = true;
    hello(aCall({ state: "talking" }));
    await settle();
    expect(voice.legs[0]?.muted).toBe(true);
    expect(phone.snapshot().muted).toBe(true);
    phone.mute(false);
    expect(marks.muted).toBe(false);
  });

  test("in a browser that was just opened, when the far party hears nobody", async () => {
    hello(aCall({ state: "detached" }));
    await settle();
    expect(voice.legs).toHaveLength(1);
    expect(marks.has("c1")).toBe(true);
  });

  test("also where the lock between tabs comes later than the first news", async () => {
    tab.set(false);
    hello(aCall({ state: "detached" }));
    await settle();
    expect(voice.legs).toHaveLength(0);
    tab.set(true);
    await settle();
    expect(voice.legs).toHaveLength(1);
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
    expect(marks.has("c1")).toBe(false);
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
    void microphone.unplug();
    await settle();
    expect(voice.legs).toHaveLength(1);
    expect(voice.last.microphone).not.toBe(before);
  });

  test("a microphone that went away is told", async () => {
    await talking();
    microphone.refusal = "missing";
    void microphone.unplug();
    await settle();
    expect(phone.snapshot().trouble?.errorId).toBe("microphone-missing");
  });
});

test("leaving the page drops the leg and keeps the mark", async () => {
  await talking();
  phone.leave();
  expect(voice.last.dropped).toBe(true);
  expect(marks.has("c1")).toBe(true);
});

/** A consultation about the call that is talked in, which is held meanwhile. */
async function consulting(): Promise<void> {
  await talking();
  api.next = consultation("waiting");
  await phone.consult({ number: "221", country: "DE" });
  push({ state: "held" });
  await settle();
  voice.last.on.onUp();
  phone.hear({ type: "call", call: consultation("talking") });
}

const consultation = (state: Call["state"], part: Partial<Call> = {}) =>
  aCall({
    id: "c2",
    state,
    linked: "c1",
    linked_as: "consultation",
    offered_at: "2026-11-21T10:05:00Z",
    ...part,
  });

describe("several calls", () => {
  test("a consultation has a leg of its own, the held call's stays up", async () => {
    await consulting();
    expect(api.requests.at(-1)).toEqual({
      number: "221",
      country: "DE",
      consult_of: "c1",
      key: "key-2",
    });
    expect(phone.snapshot()).toMatchObject({
      legs: { c1: "up", c2: "up" },
      leg: "up",
      call: { id: "c2" },
    });
    expect(voice.legs).toHaveLength(2);
    expect(voice.legs[0]?.dropped).toBe(false);
  });

  test("only the sound of the call on stage is played", async () => {
    const [one, two] = [{ id: "one" }, { id: "two" }] as unknown as MediaStream[];
    await consulting();
    if (one) voice.legs[0]?.on.onSound(one);
    if (two) voice.legs[1]?.on.onSound(two);
    expect(phone.snapshot().sound).toBe(two);
    api.next = aCall({ state: "talking" });
    await phone.resume("c1");
    phone.hear({ type: "call", call: consultation("held") });
    expect(phone.snapshot()).toMatchObject({ call: { id: "c1" }, sound: one });
    expect(voice.legs).toHaveLength(2);
  });

  test("muting is the microphone's", async () => {
    await consulting();
    phone.mute(true);
    expect(voice.legs.map((each) => each.muted)).toEqual([true, true]);
  });

  test("complete, join, hold, transfer and taking back name the right calls", async () => {
    await consulting();
    api.next = aCall({ state: "held" });
    await phone.join();
    await phone.hold();
    await phone.complete();
    await phone.transfer({ colleague: "boss@x.test" });
    push({ state: "transferring" });
    await phone.takeBack();
    expect(api.asked.filter((each) => !each.startsWith("sound")).slice(-5)).toEqual([
      "join c1 c2",
      "hold c2",
      "complete c1 c2",
      "transfer c2 boss@x.test",
      "takeBack c1",
    ]);
  });

  test("a consultation that ends leads back to the held call", async () => {
    await consulting();
    api.next = aCall({ state: "talking" });
    phone.hear({ type: "call", call: consultation("ended", { cause: "hangup-far" }) });
    await settle();
    expect(api.asked.at(-1)).toBe("resume c1");
  });

  test("handing over ends both calls here, and resumes none", async () => {
    await consulting();
    phone.hear({ type: "call", call: consultation("transferred") });
    push({ state: "transferred" });
    await settle();
    expect(api.asked).not.toContain("resume c1");
    expect(phone.snapshot()).toMatchObject({ calls: [], call: null });
    expect(voice.legs.every((each) => each.dropped)).toBe(true);
    expect(microphone.isOpen).toBe(false);
  });

  test("a call that became a colleague's is no call of mine", async () => {
    hello();
    await talking();
    push({ state: "detached", user: "boss@x.test" });
    expect(phone.snapshot().calls).toEqual([]);
    expect(voice.last.dropped).toBe(true);
  });

  test("what nobody took comes back without a click", async () => {
    hello();
    await talking();
    push({ state: "detached", user: "boss@x.test" });
    push({ state: "detached" });
    await settle();
    expect(voice.legs).toHaveLength(2);
    expect(phone.snapshot().call?.id).toBe("c1");
  });

  test("a call that a colleague left to me after asking comes without a click", async () => {
    hello();
    // Who is called sees the other one as the colleague.
    const boss = "boss@x.test";
    const asked = { direction: "internal", user: boss, colleague: boss } as const;
    ring({ id: "c7", state: "ringing", ...asked });
    expect(phone.snapshot().ring?.id).toBe("c7");
    api.next = aCall({ id: "c7", state: "answering", ...asked });
    await phone.answer(null);
    await settle();
    voice.last.on.onUp();
    push({ id: "c7", state: "talking", ...asked });
    push({ id: "c7", state: "ended", cause: "transferred", ...asked });
    push({ id: "c8", state: "held" });
    push({ id: "c8", state: "detached" });
    await settle();
    expect(phone.snapshot().call?.id).toBe("c8");
    expect(voice.legs).toHaveLength(2);
    expect(phone.snapshot().leg).toBe("joining");
  });

  test("a call that appears from nowhere does not take this browser's sound", async () => {
    hello();
    push({ id: "c8", state: "talking" });
    await settle();
    expect(voice.legs).toHaveLength(0);
  });
});

describe("two tabs", () => {
  test("a follower's call joins those of the tab that has the sound", async () => {
    hello(aCall({ state: "talking" }));
    marks.add("c1");
    tab.set(false);
    api.next = consultation("waiting");
    await phone.consult({ colleague: "boss@x.test" });
    await settle();
    expect(tab.held).toBe(false);
    expect(marks.has("c2")).toBe(true);
    expect(voice.legs).toHaveLength(0);
  });

  test("the tab that has the sound takes what another tab marked", async () => {
    await talking();
    phone.hear({ type: "call", call: consultation("waiting") });
    await settle();
    expect(voice.legs).toHaveLength(1);
    marks.changeElsewhere(() => marks.add("c2"));
    await settle();
    expect(voice.legs).toHaveLength(2);
  });

  test("muting in one tab mutes the other", async () => {
    await talking();
    marks.changeElsewhere(() => {
      marks.muted = true;
    });
    expect(voice.last.muted).toBe(true);
    expect(phone.snapshot().muted).toBe(true);
  });
});

describe("a network that comes back", () => {
  test("nothing waits for the next attempt", async () => {
    await talking();
    for (let n = 0; n < 6; n += 1) {
      voice.last.on.onGone("failed", "socket");
      await timers.pass(5_000);
    }
    voice.last.on.onGone("failed", "socket");
    const before = voice.legs.length;
    phone.hurry();
    await settle();
    expect(voice.legs).toHaveLength(before + 1);
  });

  test("a leg that looks well is looked at", async () => {
    await talking();
    phone.hurry();
    expect(voice.last.checks).toBe(1);
    expect(voice.legs).toHaveLength(1);
  });

  test("the live socket's return is reason enough", async () => {
    await talking();
    phone.setLive("lost");
    phone.setLive("live");
    expect(voice.last.checks).toBe(1);
  });

  test("a leg taken by another browser stays there", async () => {
    await talking();
    voice.last.on.onGone("taken", "x");
    await timers.pass(10_000);
    expect(voice.legs).toHaveLength(1);
    expect(phone.snapshot().leg).toBe("elsewhere");
    expect(marks.has("c1")).toBe(false);
    expect(microphone.isOpen).toBe(false);
  });

  test("a held call's leg stays with the browser that took it", async () => {
    await consulting();
    api.open = [aCall({ state: "held" })];
    api.packets = 5;
    voice.legs[0]?.on.onGone("bye", "x");
    await timers.pass(5_000);
    expect(voice.legs).toHaveLength(2);
    expect(phone.snapshot().legs).toMatchObject({ c1: "elsewhere", c2: "up" });
  });

  test("a held call's leg comes back as well", async () => {
    await consulting();
    api.open = [aCall({ state: "held" })];
    api.packets = null;
    voice.legs[0]?.on.onGone("bye", "x");
    await timers.pass(2_000);
    expect(voice.legs).toHaveLength(3);
  });

  test("tones that were not sent yet are sent over the new leg", async () => {
    await talking();
    voice.last.unsent = "789";
    voice.last.on.onShaky("socket");
    expect(voice.last.tonesHeld).toBe(true);
    await timers.pass(200);
    voice.last.on.onUp();
    expect(voice.last.sent).toBe("789");
  });
});
