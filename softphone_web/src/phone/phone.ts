/**
 * The phone: turns the server's messages and the user's wishes into what is shown.
 *
 * The only writer of its snapshot. Knows no React, no DOM and no SIP; the view reads it
 * through `subscribe` and `snapshot`.
 */
import { ApiError } from "../api/client";
import type { LiveStatus } from "../api/live";
import type { Call, LiveMessage } from "../api/types";
import { meaning, merge, tonesIn } from "./call-state";
import { LegKeeper } from "./leg-keeper";
import {
  type CallApi,
  type Mark,
  type Microphone,
  MicrophoneTrouble,
  type PhoneSnapshot,
  type Ringer,
  type TabLock,
  type Timers,
  type Trouble,
  type VoiceClient,
} from "./types";

export interface PhoneOptions {
  api: CallApi;
  voice: () => Promise<VoiceClient>;
  microphone: Microphone;
  ringer: Ringer;
  tab: TabLock;
  mark: Mark;
  timers: Timers;
  /** A fresh key for each wish to call. */
  newKey: () => string;
}

export interface Wish {
  task: string;
  country: string;
  number: string;
}

const QUIET: PhoneSnapshot = {
  live: "off",
  busy: null,
  call: null,
  callAt: 0,
  ending: false,
  ring: null,
  ended: null,
  missed: null,
  leg: "none",
  muted: false,
  tones: "",
  sound: null,
  trouble: null,
};

/** The trouble to show for whatever was thrown. */
export function troubleOf(error: unknown): Trouble {
  if (error instanceof ApiError) return { errorId: error.errorId, detail: error.detail };
  if (error instanceof MicrophoneTrouble) {
    return { errorId: `microphone-${error.state}`, detail: "" };
  }
  return { errorId: "unexpected", detail: "" };
}

export class Phone {
  private current: PhoneSnapshot = QUIET;
  private readonly listeners = new Set<() => void>();
  private readonly keeper: LegKeeper;
  private wish: { text: string; key: string } | null = null;
  /** Calls that ended; a late answer of the API must not bring them back. */
  private readonly over = new Set<string>();
  /** Until the first snapshot of the server. */
  private fresh = true;

  constructor(private readonly options: PhoneOptions) {
    const { voice, microphone, timers } = options;
    this.keeper = new LegKeeper({
      voice,
      microphone,
      timers,
      onChange: () => this.showLeg(),
      onMicrophoneTrouble: (state) =>
        this.show({ trouble: { errorId: `microphone-${state}`, detail: "" } }),
      onTaken: () => options.mark.set(null),
      ask: (id) => this.ask(id),
    });
    options.tab.onChange(() => this.arrangeLeg());
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  snapshot = (): PhoneSnapshot => this.current;

  // ------------------------------------------------------------ from the server

  setLive(live: LiveStatus): void {
    this.show({ live });
  }

  hear(message: LiveMessage): void {
    switch (message.type) {
      case "hello":
        this.resync(message.calls);
        break;
      case "call":
        this.absorb(message.call);
        break;
      case "ring":
        this.offer(message.call);
        break;
      case "ring-stop":
        if (this.current.ring?.id === message.call_id) {
          const call = this.current.ring;
          this.unring({ missed: { call, reason: message.reason } });
        }
        break;
      default:
    }
  }

  /** The snapshot of all my open calls, after each connect. */
  private resync(open: Call[]): void {
    const { call, ring } = this.current;
    const ids = new Set(open.map((each) => each.id));
    if (ring && !ids.has(ring.id)) this.unring({});
    if (call && !ids.has(call.id)) void this.learnEnd(call);
    for (const each of open) {
      if (each.state === "offered") this.offer(each);
      else {
        // A page that has just opened takes a call that hears nobody: the browser that had
        // it crashed, or the user moved to this one.
        if (this.fresh && each.state === "detached") this.options.mark.set(each.id);
        this.absorb(each);
      }
    }
    this.fresh = false;
  }

  private async learnEnd(call: Call): Promise<void> {
    const last = await this.options.api.call(call.id).catch(() => null);
    const ended = last?.call ?? call;
    this.absorb(meaning(ended.state).alive ? { ...ended, state: "ended" } : ended);
  }

  private offer(call: Call): void {
    if (this.over.has(call.id) || this.current.call?.id === call.id) return;
    const isNew = this.current.ring?.id !== call.id;
    this.show({ ring: merge(this.current.ring, call), ...(isNew ? { missed: null } : {}) });
    if (isNew && !this.current.call && this.options.tab.held) this.options.ringer.ring();
  }

  private unring(rest: Partial<PhoneSnapshot>): void {
    this.options.ringer.silence();
    this.show({ ring: null, ...rest });
  }

  private absorb(news: Call): void {
    if (this.over.has(news.id)) return;
    const { call, ring } = this.current;
    if (!meaning(news.state).alive) {
      this.finish(news);
      return;
    }
    if (news.state === "offered") {
      if (ring?.id === news.id) this.show({ ring: merge(ring, news) });
      return;
    }
    // A second call of mine, e.g. placed in another browser: the one shown stays.
    if (call && call.id !== news.id) return;
    if (ring?.id === news.id) this.unring({});
    const isNew = !call;
    this.show({
      call: merge(call, news),
      callAt: this.options.timers.now(),
      ...(isNew ? { ended: null, missed: null, tones: "", ending: false } : {}),
    });
    this.arrangeLeg();
  }

  private finish(news: Call): void {
    const { call, ring } = this.current;
    if (ring?.id === news.id) this.unring({});
    if (call?.id !== news.id) return;
    this.over.add(news.id);
    this.options.mark.set(null);
    const wasHere = this.keeper.state === "up" || this.keeper.state === "lost";
    this.keeper.release();
    this.show({ call: null, ending: false, ended: merge(call, news) });
    if (wasHere) this.options.ringer.over();
    if (this.current.ring) this.options.ringer.ring();
  }

  private async ask(id: string): Promise<Call | null> {
    const page = await this.options.api.calls({ open: "1" });
    const call = page.items.find((each) => each.id === id) ?? null;
    if (call) this.absorb(call);
    return call;
  }

  // ------------------------------------------------------------ the leg

  /** Whether this tab of this browser carries the sound of the call, and sees to it. */
  private arrangeLeg(): void {
    const { call, busy } = this.current;
    if (!call || !meaning(call.state).needsLeg || !call.voice) return;
    const mine = this.options.mark.get() === call.id && this.options.tab.held;
    if (mine) this.carry(call);
    // While a request is under way, its answer decides.
    else if (!busy) this.keeper.leave(call);
    this.keeper.update(call);
  }

  /** Brings the sound of the call here, from another tab or browser. */
  takeOver(): void {
    const { call } = this.current;
    if (!call) return;
    this.options.mark.set(call.id);
    this.options.tab.take();
    this.carry(call);
  }

  private carry(call: Call): void {
    this.keeper.want(call);
    if (!this.keeper.muted && this.options.mark.muted(call.id)) this.keeper.mute(true);
  }

  private showLeg(): void {
    const { state: leg, muted, sound } = this.keeper;
    const healed = leg === "up" && this.current.trouble?.errorId.startsWith("microphone-");
    this.show({ leg, muted, sound, ...(healed ? { trouble: null } : {}) });
  }

  // ------------------------------------------------------------ from the user

  /** Places a call. A second click while the first is under way does nothing. */
  async place(wish: Wish): Promise<void> {
    if (this.current.busy || this.current.call) return;
    const text = JSON.stringify(wish);
    // The same wish after a lost answer carries the same key: one call, not two.
    if (this.wish?.text !== text) this.wish = { text, key: this.options.newKey() };
    const { key } = this.wish;
    await this.begin("placing", async () => {
      const call = await this.options.api.place({ ...wish, key });
      this.wish = null;
      return call;
    });
  }

  /** Answers the ringing call, on `task`; ends the one under way first. */
  async answer(task: string | null): Promise<void> {
    const { ring, call } = this.current;
    if (!ring || this.current.busy) return;
    this.options.ringer.silence();
    if (call) {
      await this.hangUp();
      if (this.current.call) return;
    }
    await this.begin("answering", () => this.take(ring.id, task));
    if (this.current.ring?.id === ring.id) this.unring({});
  }

  /** A task that is gone meanwhile must not cost the caller: then the server's own counts. */
  private async take(id: string, task: string | null): Promise<Call> {
    try {
      return await this.options.api.answer(id, task);
    } catch (error) {
      const byTask = error instanceof ApiError && /\btask\b/.test(error.errorId);
      if (!task || !byTask) throw error;
      return this.options.api.answer(id, null);
    }
  }

  private async begin(busy: "placing" | "answering", ask: () => Promise<Call>): Promise<void> {
    const { microphone, tab } = this.options;
    this.show({ busy, trouble: null, ended: null, missed: null });
    try {
      // The permission question may take long: the far party must not wait for it.
      if (microphone.state !== "granted") await microphone.open();
      const opening = microphone.open();
      opening.catch(() => undefined);
      const call = await ask();
      await opening;
      tab.take();
      this.started(call);
    } catch (error) {
      if (error instanceof ApiError && error.errorId !== "network") this.wish = null;
      if (!this.current.call) microphone.close();
      this.show({ busy: null, trouble: troubleOf(error) });
    }
  }

  private started(call: Call): void {
    this.show({ busy: null });
    if (this.over.has(call.id)) return;
    if (meaning(call.state).alive) this.options.mark.set(call.id);
    this.absorb(call);
  }

  async decline(): Promise<void> {
    const { ring } = this.current;
    if (!ring) return;
    this.over.add(ring.id);
    this.unring({});
    await this.options.api.decline(ring.id).catch((error: unknown) => {
      if (!(error instanceof ApiError && error.status === 409)) {
        this.show({ trouble: troubleOf(error) });
      }
    });
  }

  async hangUp(): Promise<void> {
    const { call, ending } = this.current;
    if (!call || ending) return;
    this.show({ ending: true, trouble: null });
    try {
      this.absorb(await this.options.api.hangUp(call.id));
    } catch (error) {
      if (error instanceof ApiError && (error.status === 404 || error.status === 409)) {
        await this.learnEnd(call);
      } else {
        this.show({ ending: false, trouble: troubleOf(error) });
      }
    }
  }

  mute(on: boolean): void {
    const { call } = this.current;
    if (!call) return;
    this.options.mark.mute(call.id, on);
    this.keeper.mute(on);
  }

  /** Sends the tones in `text`, typed or pasted; gives those that were sent. */
  sendTones(text: string): string {
    const { call, tones } = this.current;
    const digits = tonesIn(text);
    if (!call || !digits) return "";
    if (!this.keeper.sendTones(digits)) {
      this.options.api
        .tones(call.id, digits)
        .catch((error: unknown) => this.show({ trouble: troubleOf(error) }));
    }
    this.show({ tones: tones + digits });
    return digits;
  }

  /** Shows why there will be no call, without asking the server. */
  refuse(trouble: Trouble): void {
    this.show({ trouble, ended: null, missed: null });
  }

  dismiss(): void {
    this.show({ ended: null, missed: null, trouble: null });
  }

  /** The page goes away, or nobody is signed in: the leg ends, the call does not. */
  leave(): void {
    this.options.ringer.silence();
    this.keeper.release();
  }

  /** Forgets everything, after signing out. */
  reset(): void {
    this.leave();
    this.over.clear();
    this.fresh = true;
    this.show(QUIET);
  }

  private show(change: Partial<PhoneSnapshot>): void {
    this.current = { ...this.current, ...change };
    for (const listener of this.listeners) listener();
  }
}
