/**
 * The phone: turns the server's messages and the user's wishes into what is shown.
 *
 * Knows no React, no DOM and no SIP; the view reads it through `subscribe` and `snapshot`.
 */
import { ApiError } from "../api/client";
import type { Call, CallRequest } from "../api/types";
import { meaning, pairOf, tonesIn } from "./call-state";
import { PhoneState } from "./phone-state";
import {
  type Busy,
  type DeviceNotice,
  MicrophoneTrouble,
  type Target,
  type Trouble,
} from "./types";

export type { PhoneOptions } from "./phone-state";

export interface Wish {
  task: string;
  country: string;
  number: string;
}

/** The server takes no more at once. */
const TONES_AT_ONCE = 50;

/** The trouble to show for whatever was thrown. */
export function troubleOf(error: unknown): Trouble {
  if (error instanceof ApiError) return { errorId: error.errorId, detail: error.detail };
  if (error instanceof MicrophoneTrouble) {
    return { errorId: `microphone-${error.state}`, detail: "" };
  }
  return { errorId: "unexpected", detail: "" };
}

const isGone = (error: unknown) =>
  error instanceof ApiError && (error.status === 404 || error.status === 409);

export class Phone extends PhoneState {
  private wish: { text: string; key: string } | null = null;

  /** Places a call. A second click while the first is under way does nothing. */
  async place(wish: Wish): Promise<void> {
    if (this.list.calls.length === 0) await this.wishFor({ ...wish });
  }

  /** Calls a colleague in their browser. */
  async callColleague(colleague: string, task: string): Promise<void> {
    if (this.list.calls.length === 0) await this.wishFor({ colleague, task });
  }

  /** Asks somebody about the call on stage, which is held meanwhile. */
  async consult(target: Target): Promise<void> {
    const { call } = this.current;
    if (call) await this.wishFor({ ...target, consult_of: call.id });
  }

  private async wishFor(request: CallRequest): Promise<void> {
    if (this.current.busy) return;
    const text = JSON.stringify(request);
    // The same wish after a lost answer carries the same key: one call, not two.
    if (this.wish?.text !== text) this.wish = { text, key: this.options.newKey() };
    const { key } = this.wish;
    await this.begin("placing", async () => {
      const call = await this.options.api.place({ ...request, key });
      this.wish = null;
      return call;
    });
  }

  /** Answers the ringing call, on `task`; the one under way is held, or ended. */
  async answer(task: string | null, how: "hold" | "end" = "hold"): Promise<void> {
    const { ring, call } = this.current;
    if (!ring || this.current.busy) return;
    if (call && how === "end") {
      await this.hangUp(call.id);
      if (this.list.call(call.id)) return;
    }
    await this.begin("answering", () => this.takeRinging(ring.id, task));
    if (this.list.ring(ring.id)) this.unring(ring.id, {});
  }

  /** A task that is gone meanwhile must not cost the caller: then the server's own counts. */
  private async takeRinging(id: string, task: string | null): Promise<Call> {
    try {
      return await this.options.api.answer(id, task);
    } catch (error) {
      const byTask = error instanceof ApiError && /\btask\b/.test(error.errorId);
      if (!task || !byTask) throw error;
      return this.options.api.answer(id, null);
    }
  }

  private async begin(busy: "placing" | "answering", ask: () => Promise<Call>): Promise<void> {
    const { microphone } = this.options;
    this.show({ busy, trouble: null, ended: null, missed: null });
    this.arrangeRinging();
    try {
      // The permission question may take long: the far party must not wait for it.
      if (microphone.state !== "granted") await microphone.open();
      this.legs.prepare();
      const opening = microphone.open();
      opening.catch(() => undefined);
      const call = await ask();
      await opening;
      this.lead();
      this.started(call);
    } catch (error) {
      if (error instanceof ApiError && error.errorId !== "network") this.wish = null;
      if (!this.legs.carrying) microphone.close();
      this.show({ busy: null, trouble: troubleOf(error) });
      this.arrangeRinging();
    }
  }

  private started(call: Call): void {
    this.show({ busy: null });
    if (this.list.isOver(call.id)) return;
    if (meaning(call.state).alive) this.options.marks.add(call.id);
    this.list.unring(call.id);
    this.take(call, !this.list.call(call.id));
  }

  async decline(id?: string): Promise<void> {
    const ring = id ? this.list.ring(id) : this.current.ring;
    if (!ring) return;
    this.list.decline(ring.id);
    this.unring(ring.id, {});
    await this.options.api.decline(ring.id).catch((error: unknown) => {
      if (!(error instanceof ApiError && error.status === 409)) {
        this.show({ trouble: troubleOf(error) });
      }
    });
  }

  async hangUp(id?: string): Promise<void> {
    const call = id ? this.list.call(id) : this.current.call;
    if (!call || this.ending.has(call.id)) return;
    this.ending.add(call.id);
    this.showCalls({ trouble: null });
    try {
      this.absorb(await this.options.api.hangUp(call.id));
    } catch (error) {
      if (isGone(error)) await this.learnEnd(call);
      else {
        this.ending.delete(call.id);
        this.showCalls({ trouble: troubleOf(error) });
      }
    }
  }

  /** Lets the far party hear music; takes a guest out of a conference. */
  async hold(id?: string): Promise<void> {
    await this.change("holding", id ?? this.current.call?.id, (call) =>
      this.options.api.hold(call),
    );
  }

  /** Talks in this call again; another one is held by the server. */
  async resume(id: string): Promise<void> {
    await this.change("resuming", id, (call) => this.options.api.resume(call));
  }

  protected override resumeFirst(id: string): void {
    void this.resume(id);
  }

  /** Hands the call on stage over without asking first. */
  async transfer(target: Target): Promise<void> {
    const key = this.options.newKey();
    await this.change("transferring", this.current.call?.id, (call) =>
      this.options.api.transfer(call, { ...target, ...("number" in target ? { key } : {}) }),
    );
  }

  /** Ends a transfer that nobody has answered yet. */
  async takeBack(): Promise<void> {
    const given = this.list.calls.find((each) => each.state === "transferring");
    await this.change("resuming", given?.id, (call) => this.options.api.takeBack(call));
  }

  /** Connects my two calls with each other, and leaves them. */
  async complete(): Promise<void> {
    const pair = pairOf(this.list.calls);
    await this.change("transferring", pair?.first.id, (call) =>
      this.options.api.complete(call, pair?.second.id ?? ""),
    );
  }

  /** Makes one conversation of my two calls. */
  async join(): Promise<void> {
    const pair = pairOf(this.list.calls);
    await this.change("joining", pair?.first.id, (call) =>
      this.options.api.join(call, pair?.second.id ?? ""),
    );
  }

  private async change(
    busy: Busy,
    id: string | undefined,
    ask: (id: string) => Promise<Call>,
  ): Promise<void> {
    if (!id || this.current.busy) return;
    this.show({ busy, trouble: null });
    try {
      const call = await ask(id);
      this.show({ busy: null });
      this.absorb(call);
    } catch (error) {
      this.show({ busy: null, trouble: troubleOf(error) });
    }
  }

  mute(on: boolean): void {
    if (this.list.calls.length === 0) return;
    this.legs.mute(on);
  }

  /** Sends the tones in `text`, typed or pasted; gives those that were sent. */
  sendTones(text: string): string {
    const { call } = this.current;
    const digits = tonesIn(text);
    if (!call || !digits) return "";
    if (!this.legs.get(call.id)?.sendTones(digits)) void this.sendByServer(call.id, digits);
    this.tones.set(call.id, (this.tones.get(call.id) ?? "") + digits);
    this.showCalls({});
    return digits;
  }

  private async sendByServer(id: string, digits: string): Promise<void> {
    try {
      for (let n = 0; n < digits.length; n += TONES_AT_ONCE) {
        await this.options.api.tones(id, digits.slice(n, n + TONES_AT_ONCE));
      }
    } catch (error) {
      this.show({ trouble: troubleOf(error) });
    }
  }

  /** Shows why there will be no call, without asking the server. */
  refuse(trouble: Trouble): void {
    this.show({ trouble, ended: null, missed: null });
  }

  /** A device went away or came back. */
  notice(notice: DeviceNotice): void {
    this.show({ notice });
  }

  dismiss(): void {
    this.show({ ended: null, missed: null, trouble: null, notice: null });
  }

  override reset(): void {
    super.reset();
    this.wish = null;
  }
}
