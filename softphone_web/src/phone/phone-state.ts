/**
 * What the phone knows, and what follows from the server's messages: which calls there are,
 * what rings, and where the legs belong.
 */
import type { LiveStatus } from "../api/live";
import type { Call, LiveMessage } from "../api/types";
import { CallList } from "./call-list";
import { isAskedBy, meaning, ringsAt, takesPart } from "./call-state";
import { Legs } from "./legs";
import type {
  CallApi,
  Marks,
  Microphone,
  PhoneSnapshot,
  Ringer,
  TabLock,
  Timers,
  VoiceClient,
} from "./types";
import { SoundWatch, type TallyStore } from "./watch";

export interface PhoneOptions {
  api: CallApi;
  voice: () => Promise<VoiceClient>;
  iceServers: () => Promise<readonly RTCIceServer[]>;
  microphone: Microphone;
  ringer: Ringer;
  tab: TabLock;
  marks: Marks;
  timers: Timers;
  tallies: TallyStore;
  /** Milliseconds of speech at the microphone in the last two seconds, also while muted. */
  spokenMs: () => number;
  /** A fresh key for each wish to call. */
  newKey: () => string;
  /** Tells the server that the call really rings here. */
  proveRinging: (callId: string) => void;
}

const QUIET: PhoneSnapshot = {
  live: "off",
  busy: null,
  calls: [],
  call: null,
  receivedAt: {},
  callAt: 0,
  ending: false,
  rings: [],
  ring: null,
  ended: null,
  missed: null,
  legs: {},
  leg: "none",
  muted: false,
  tones: "",
  sound: null,
  trouble: null,
  quality: null,
  advice: [],
  leader: true,
  notice: null,
};

/** A colleague's consultation and the call that it was about follow each other so closely. */
const HANDOVER_MS = 10_000;

/** The only writer of the snapshot. What people do with it is in `phone.ts`. */
export abstract class PhoneState {
  protected current: PhoneSnapshot = QUIET;
  private readonly listeners = new Set<() => void>();
  protected readonly legs: Legs;
  private readonly watch: SoundWatch;
  protected list: CallList;
  private me = "";
  /** Calls that are being hung up. */
  protected readonly ending = new Set<string>();
  protected readonly tones = new Map<string, string>();
  private sounding: "ring" | "knock" | null = null;
  /** When a colleague's call to me was last carried here. */
  private consultedAt = Number.NEGATIVE_INFINITY;
  /** Until the first snapshot of the server. */
  private fresh = true;

  constructor(protected readonly options: PhoneOptions) {
    const { api, timers, microphone, tallies, spokenMs, tab, marks } = options;
    this.list = new CallList(timers);
    this.legs = new Legs({
      ...options,
      onChange: () => this.showLegs(),
      onMicrophoneTrouble: (state) =>
        this.show({ trouble: { errorId: `microphone-${state}`, detail: "" } }),
      ask: (id) => this.ask(id),
      hasLeg: (id) =>
        api.sound(id).then(
          ({ received_packets }) => received_packets !== null,
          () => false,
        ),
    });
    this.watch = new SoundWatch({
      timers,
      tallies,
      spokenMs,
      sound: (id) => api.sound(id),
      report: (id, report) => void api.reportQuality(id, report).catch(() => undefined),
      microphone: () => microphone.label,
      onChange: () => {
        const { quality, advice } = this.watch;
        this.show({ quality, advice });
      },
    });
    tab.onChange(() => this.leadershipChanged());
    marks.onChange(() => {
      this.legs.applyMute();
      this.arrange();
    });
    this.current = { ...QUIET, leader: tab.held };
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  snapshot = (): PhoneSnapshot => this.current;

  // ------------------------------------------------------------ from the server

  setLive(live: LiveStatus): void {
    const back = live === "live" && this.current.live !== "live";
    this.show({ live });
    // Where the live socket gets through, so does the voice.
    if (back) this.legs.hurry();
  }

  /** The network changed, or the page slept: everything is looked at now. */
  hurry(): void {
    this.legs.hurry();
  }

  hear(message: LiveMessage): void {
    switch (message.type) {
      case "hello":
        this.me = message.me.email;
        this.resync(message.calls);
        break;
      case "call":
        this.absorb(message.call);
        break;
      case "ring":
        this.offer(message.call);
        break;
      case "ring-stop": {
        const call = this.list.ring(message.call_id);
        this.list.forgive(message.call_id);
        if (call) this.unring(call.id, { missed: { call, reason: message.reason } });
        break;
      }
      default:
    }
  }

  /** The snapshot of all my open calls, after each connect. */
  private resync(open: Call[]): void {
    const ids = new Set(open.map((each) => each.id));
    this.list.startRevisions();
    for (const ring of this.list.rings) if (!ids.has(ring.id)) this.unring(ring.id, {});
    for (const call of this.list.calls) if (!ids.has(call.id)) void this.learnEnd(call);
    this.options.marks.keep([...ids]);
    for (const each of open) {
      if (ringsAt(each, this.me) && !this.list.call(each.id)) this.offer(each);
      else {
        // A page that has just opened takes a call that hears nobody: the browser that had
        // it crashed, or the user moved to this one.
        if (this.fresh && each.state === "detached") this.options.marks.add(each.id);
        this.absorb(each);
      }
    }
    if (ids.size === 0 && this.options.marks.muted) this.legs.mute(false);
    this.fresh = false;
  }

  protected async learnEnd(call: Call): Promise<void> {
    const last = await this.options.api.call(call.id).catch(() => null);
    const ended = last?.call ?? call;
    this.absorb(meaning(ended.state).alive ? { ...ended, state: "ended" } : ended);
  }

  private offer(call: Call): void {
    if (!this.list.mayRing(call.id)) return;
    const isNew = this.list.offer(call);
    if (this.options.tab.held) this.legs.prepare();
    this.showCalls(isNew ? { missed: null } : {});
    this.arrangeRinging();
    if (this.options.tab.held) this.options.proveRinging(call.id);
  }

  protected unring(id: string, rest: Partial<PhoneSnapshot>): void {
    this.list.unring(id);
    this.showCalls(rest);
    this.arrangeRinging();
  }

  /** Rings, knocks or is silent, whatever is right now; never begins the same twice. */
  protected arrangeRinging(): void {
    const { rings, calls } = this.list;
    const { busy } = this.current;
    const wanted = rings.length > 0 && this.options.tab.held && busy !== "answering";
    const kind = wanted ? (calls.length > 0 ? "knock" : "ring") : null;
    if (kind === this.sounding) return;
    this.sounding = kind;
    if (kind) this.options.ringer[kind]();
    else this.options.ringer.silence();
  }

  protected absorb(news: Call): void {
    if (this.list.isOver(news.id) && !this.comesBack(news)) return;
    const known = this.list.call(news.id);
    if (!meaning(news.state).alive) this.finish(news);
    else if (!takesPart(news, this.me)) {
      // It is a colleague's now.
      this.finish({ ...news, state: "transferred" });
    } else if (!known && ringsAt(news, this.me)) {
      if (this.list.ring(news.id)) {
        this.list.offer(news);
        this.showCalls({});
      }
    } else this.take(news, !known);
  }

  /** I handed the call over, and nobody took it. */
  private comesBack(news: Call): boolean {
    const back =
      news.user === this.me && meaning(news.state).counts && news.state !== "transferring";
    if (!back || !this.list.wasHandedOver(news.id)) return false;
    this.list.takeBack(news.id);
    if (this.options.tab.held && news.state !== "talking") this.options.marks.add(news.id);
    return true;
  }

  /** Keeps an open call of mine, as it is now. */
  protected take(news: Call, isNew: boolean): void {
    if (this.list.ring(news.id)) this.unring(news.id, {});
    if (this.isHandedToMe(news)) this.options.marks.add(news.id);
    const first = isNew && this.list.calls.length === 0;
    this.list.put(news);
    this.noteConsultation(news);
    this.showCalls(first ? { ended: null, missed: null } : {});
    this.arrangeRinging();
    this.arrangeOne(news.id);
    this.showLegs();
  }

  /** A colleague asked me about a call, and left it to me: it comes here without a click. */
  private isHandedToMe(call: Call): boolean {
    const { tab, timers, marks } = this.options;
    if (this.fresh || !tab.held || !call.voice || call.user !== this.me) return false;
    if (!meaning(call.state).counts || marks.has(call.id)) return false;
    return timers.now() - this.consultedAt < HANDOVER_MS;
  }

  private noteConsultation(call: Call): void {
    const { marks, tab, timers } = this.options;
    if (isAskedBy(call, this.me) && tab.held && marks.has(call.id)) this.consultedAt = timers.now();
  }

  private finish(news: Call): void {
    if (this.list.ring(news.id)) this.unring(news.id, {});
    const known = this.list.call(news.id);
    if (!known) return;
    this.noteConsultation(known);
    const wasHere = ["up", "lost"].includes(this.legs.state(news.id));
    const ended = this.list.finish(news);
    this.options.marks.remove(news.id);
    this.watch.end(news.id);
    this.legs.release(news.id);
    this.ending.delete(news.id);
    this.tones.delete(news.id);
    if (this.list.calls.length === 0 && this.options.marks.muted) this.legs.mute(false);
    this.showCalls({ ended });
    this.showLegs();
    if (wasHere && this.list.calls.length === 0) this.options.ringer.over();
    this.arrangeRinging();
    if (wasHere) this.returnToFirst(ended);
  }

  /** A consultation that came to nothing leads back to the call that it was about. */
  private returnToFirst(ended: Call): void {
    const first = ended.linked_as === "consultation" ? this.list.call(ended.linked ?? "") : null;
    const handedOver = ended.state === "transferred" || ended.cause === "transferred";
    if (first?.state === "held" && !handedOver) this.resumeFirst(first.id);
  }

  /** Talks in the held call again. */
  protected abstract resumeFirst(id: string): void;

  private async ask(id: string): Promise<Call | null> {
    const page = await this.options.api.calls({ open: "1" });
    const call = page.items.find((each) => each.id === id) ?? null;
    if (call) this.absorb(call);
    return call;
  }

  // ------------------------------------------------------------ the legs

  private arrange(): void {
    for (const call of this.list.calls) this.arrangeOne(call.id);
    this.showLegs();
  }

  private arrangeOne(id: string): void {
    const call = this.list.call(id);
    const { busy } = this.current;
    if (call) this.legs.arrange(call, busy === "placing" || busy === "answering");
  }

  private leadershipChanged(): void {
    const { tab, proveRinging } = this.options;
    this.show({ leader: tab.held });
    this.arrange();
    this.arrangeRinging();
    if (tab.held) for (const ring of this.list.rings) proveRinging(ring.id);
  }

  /** Brings the sound of all my calls here, from another tab or browser. */
  takeOver(): void {
    const { marks, tab } = this.options;
    for (const call of this.list.calls) marks.add(call.id);
    tab.take();
    this.show({ leader: tab.held });
    this.arrange();
  }

  /** This tab gets the sound, unless another one of this browser is in a call already. */
  protected lead(): void {
    const { tab, marks } = this.options;
    if (tab.held || this.list.calls.some((call) => marks.has(call.id))) return;
    tab.take();
    this.show({ leader: tab.held });
  }

  private showLegs(): void {
    const { call } = this.current;
    const keeper = this.legs.get(call?.id);
    const leg = keeper?.state ?? "none";
    const healed = leg === "up" && this.current.trouble?.errorId.startsWith("microphone-");
    this.show({
      legs: this.legs.states,
      leg,
      muted: this.options.marks.muted,
      sound: keeper?.sound ?? null,
      ...(healed ? { trouble: null } : {}),
    });
    const voice = leg === "up" ? keeper?.voice : null;
    if (!call || !voice) this.watch.follow(null);
    else {
      const talking = call.state === "talking";
      this.watch.follow({ callId: call.id, leg: voice, talking, muted: this.options.marks.muted });
    }
  }

  /** The page goes away, or nobody is signed in: the legs end, the calls do not. */
  leave(): void {
    this.sounding = null;
    this.options.ringer.silence();
    this.watch.leave();
    this.legs.releaseAll();
  }

  /** Forgets everything, after signing out. */
  reset(): void {
    this.leave();
    this.list = new CallList(this.options.timers);
    this.ending.clear();
    this.tones.clear();
    this.fresh = true;
    this.me = "";
    this.show({ ...QUIET, leader: this.options.tab.held });
  }

  /** What follows from the list of calls. */
  protected showCalls(rest: Partial<PhoneSnapshot>): void {
    const { calls, rings, active, receivedAt } = this.list;
    this.show({
      calls,
      rings,
      ring: rings[0] ?? null,
      call: active,
      receivedAt,
      callAt: (active && receivedAt[active.id]) ?? 0,
      ending: active !== null && this.ending.has(active.id),
      tones: (active && this.tones.get(active.id)) ?? "",
      ...rest,
    });
  }

  protected show(change: Partial<PhoneSnapshot>): void {
    this.current = { ...this.current, ...change };
    for (const listener of this.listeners) listener();
  }
}
