/**
 * Keeps the browser's leg in the call, whatever happens to network, page or exchange.
 *
 * A damaged leg is replaced before it is dropped: the old one may still carry sound.
 */
import type { Call, Voice } from "../api/types";
import { type LegEvent, type LegState, nextLeg, rejoinDelay } from "./call-state";
import type { Microphone, MicrophoneState, Timers, VoiceClient, VoiceLeg } from "./types";
import { MicrophoneTrouble } from "./types";

/** After a BYE the server is about to say why; only then is it known what it meant. */
const BYE_PATIENCE_MS = 1_200;
/** A leg that is not up by then will not come up. */
const JOIN_PATIENCE_MS = 6_000;

export interface KeeperOptions {
  /** The SIP part is loaded when the page is already there; a leg waits for it. */
  voice: () => Promise<VoiceClient>;
  microphone: Microphone;
  timers: Timers;
  /** State, mute or sound changed. */
  onChange: () => void;
  onMicrophoneTrouble: (state: MicrophoneState) => void;
  /** Another browser has the sound now. */
  onTaken: () => void;
  /** After a BYE: what the server says about the call now; null where it is over. */
  ask: (callId: string) => Promise<Call | null>;
}

export class LegKeeper {
  state: LegState = "none";
  muted = false;
  sound: MediaStream | null = null;

  private call: Call | null = null;
  private leg: VoiceLeg | null = null;
  /** The one that is being brought up; may exist beside `leg`. */
  private next: VoiceLeg | null = null;
  private attempts = 0;
  /** The exchange said BYE; why is not known yet. */
  private unexplainedBye = false;
  /** Changes with every call and every release, so that late answers are recognised. */
  private generation = 0;
  private cancelTimer: (() => void) | null = null;

  constructor(private readonly options: KeeperOptions) {
    options.microphone.onLost(() => void this.replaceMicrophone());
  }

  /** Brings this browser into `call`, which carries a `voice`; harmless when it is in already. */
  want(call: Call): void {
    if (this.call && this.call.id !== call.id) this.release();
    this.call = call;
    if (this.state !== "none" && this.state !== "elsewhere") return;
    this.attempts = 0;
    this.become("wanted");
    this.join();
  }

  /** News of the call that this keeper is in. */
  update(call: Call): void {
    if (this.call?.id !== call.id) return;
    this.call = call;
    if (call.state !== "detached") return;
    if (this.state === "up") {
      this.become("detached");
      this.retry();
    } else if (this.unexplainedBye) {
      this.retry();
    }
  }

  /** Another tab or browser has the sound of this call. */
  leave(call: Call): void {
    if (this.state === "elsewhere" && this.call?.id === call.id) return;
    this.dropLegs();
    this.call = call;
    this.become("taken");
    this.options.microphone.close();
  }

  /** The call is over, or the page goes away. */
  release(): void {
    this.dropLegs();
    this.call = null;
    this.muted = false;
    this.options.microphone.close();
    if (this.state !== "none") this.become("over");
  }

  mute(on: boolean): void {
    this.muted = on;
    this.leg?.mute(on);
    this.next?.mute(on);
    this.options.onChange();
  }

  /** False where no leg can send tones. */
  sendTones(digits: string): boolean {
    return this.leg?.sendTones(digits) ?? false;
  }

  private become(event: LegEvent): void {
    this.state = nextLeg(this.state, event);
    this.options.onChange();
  }

  private join(): void {
    const generation = ++this.generation;
    const voice = this.call?.voice;
    if (!voice) {
      this.failed(generation);
      return;
    }
    this.cancelTimer?.();
    Promise.all([this.options.microphone.open(), this.options.voice()]).then(
      ([stream, client]) => {
        if (generation === this.generation) this.bringUp(generation, client, voice, stream);
      },
      (error: unknown) => {
        if (generation !== this.generation) return;
        if (error instanceof MicrophoneTrouble) this.options.onMicrophoneTrouble(error.state);
        this.failed(generation);
      },
    );
  }

  private bringUp(
    generation: number,
    client: VoiceClient,
    voice: Voice,
    microphone: MediaStream,
  ): void {
    const { timers } = this.options;
    const mine = () => generation === this.generation;
    this.cancelTimer = timers.after(JOIN_PATIENCE_MS, () => this.failed(generation));
    let sound: MediaStream | null = null;
    const leg = client.join(voice, microphone, {
      onSound: (stream) => {
        sound = stream;
        if (mine() && this.leg === leg) this.hear(stream);
      },
      onUp: () => {
        if (mine()) this.arrived(leg, sound);
      },
      onShaky: () => {
        if (mine() && this.leg === leg && this.state === "up") {
          this.become("shaky");
          this.retry();
        }
      },
      onGone: (kind) => {
        if (!mine()) return;
        if (this.leg === leg) this.gone(kind);
        else this.failed(generation);
      },
    });
    this.next = leg;
    leg.mute(this.muted);
  }

  private arrived(leg: VoiceLeg, sound: MediaStream | null): void {
    this.cancelTimer?.();
    this.leg?.drop();
    this.leg = leg;
    this.next = null;
    this.attempts = 0;
    if (sound) this.sound = sound;
    this.become("up");
  }

  private hear(stream: MediaStream): void {
    this.sound = stream;
    this.options.onChange();
  }

  /** The attempt came to nothing; the old leg, if any, stays. */
  private failed(generation: number): void {
    if (generation !== this.generation) return;
    this.next?.drop();
    this.next = null;
    this.become("failed");
    this.retry();
  }

  private gone(kind: "bye" | "failed"): void {
    this.leg = null;
    this.become(kind);
    if (kind === "failed") {
      this.retry();
      return;
    }
    this.unexplainedBye = true;
    this.cancelTimer?.();
    this.cancelTimer = this.options.timers.after(BYE_PATIENCE_MS, () => void this.afterBye());
  }

  /** The exchange ended the leg, not the call: was it lost, or does another browser have it? */
  private async afterBye(): Promise<void> {
    const { generation, call } = this;
    if (!call || this.state !== "lost") return;
    const now = await this.options.ask(call.id).catch(() => call);
    if (generation !== this.generation || this.state !== "lost") return;
    if (now?.state === "talking") {
      this.options.onTaken();
      this.leave(now);
    } else if (now) {
      this.retry();
    }
  }

  private retry(): void {
    this.unexplainedBye = false;
    this.cancelTimer?.();
    const wait = rejoinDelay(this.attempts);
    this.attempts += 1;
    this.cancelTimer = this.options.timers.after(wait, () => {
      if (this.state !== "lost") return;
      this.become("retry");
      this.join();
    });
  }

  private async replaceMicrophone(): Promise<void> {
    if (!this.leg && !this.next) return;
    const { generation } = this;
    try {
      const stream = await this.options.microphone.open();
      if (generation !== this.generation) return;
      this.leg?.talkThrough(stream);
      this.next?.talkThrough(stream);
      this.mute(this.muted);
    } catch (error) {
      const state = error instanceof MicrophoneTrouble ? error.state : "busy";
      this.options.onMicrophoneTrouble(state);
    }
  }

  private dropLegs(): void {
    this.generation += 1;
    this.unexplainedBye = false;
    this.cancelTimer?.();
    this.cancelTimer = null;
    this.leg?.drop();
    this.next?.drop();
    this.leg = null;
    this.next = null;
    this.sound = null;
  }
}
