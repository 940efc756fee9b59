/**
 * Keeps the browser's leg in one call, whatever happens to network, page or exchange.
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
/** An attempt that is younger is left alone when there is reason to hurry. */
const FRESH_MS = 400;

export interface KeeperOptions {
  /** The SIP part is loaded when the page is already there; a leg waits for it. */
  voice: () => Promise<VoiceClient>;
  iceServers: () => Promise<readonly RTCIceServer[]>;
  microphone: Microphone;
  timers: Timers;
  /** State or sound changed. */
  onChange: () => void;
  onMicrophoneTrouble: (state: MicrophoneState) => void;
  /** Another browser has the sound now. */
  onTaken: (callId: string) => void;
  /** After a BYE: what the server says about the call now; null where it is over. */
  ask: (callId: string) => Promise<Call | null>;
  /** Whether the exchange has a leg of mine in this call: one that is not here. */
  hasLeg: (callId: string) => Promise<boolean>;
}

export class LegKeeper {
  state: LegState = "none";
  sound: MediaStream | null = null;
  /** How often the leg had to be replaced. */
  rejoins = 0;

  private leg: VoiceLeg | null = null;
  /** The one that is being brought up; may exist beside `leg`. */
  private next: VoiceLeg | null = null;
  private muted = false;
  private everUp = false;
  private attempts = 0;
  private triedAt = 0;
  /** The exchange said BYE; why is not known yet. */
  private unexplainedBye = false;
  /** Changes with every attempt and every release, so that late answers are recognised. */
  private generation = 0;
  private cancelTimer: (() => void) | null = null;

  constructor(
    private readonly options: KeeperOptions,
    private call: Call,
  ) {}

  /** The leg that carries sound, if any. */
  get voice(): VoiceLeg | null {
    return this.leg;
  }

  /** Brings this browser into the call, which carries a `voice`; harmless when it is in already. */
  want(call: Call): void {
    this.call = call;
    if (this.state !== "none" && this.state !== "elsewhere") return;
    this.attempts = 0;
    this.become("wanted");
    this.join();
  }

  /** News of the call. */
  update(call: Call): void {
    const { voice } = this.call;
    this.call = voice && !call.voice ? { ...call, voice } : call;
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
    if (this.state === "elsewhere") return;
    this.dropLegs();
    this.call = call;
    this.become("taken");
  }

  /** The call is over, or the page goes away. */
  release(): void {
    this.dropLegs();
    if (this.state !== "none") this.become("over");
  }

  /** The network or the page came back: no waiting for the next attempt. */
  hurry(): void {
    const { timers } = this.options;
    this.attempts = 0;
    if (this.state === "up") this.leg?.check();
    else if (this.state === "lost" && !this.unexplainedBye) {
      this.become("retry");
      this.join();
    } else if (this.state === "joining" && timers.now() - this.triedAt > FRESH_MS) this.join();
  }

  mute(on: boolean): void {
    this.muted = on;
    this.leg?.mute(on);
    this.next?.mute(on);
  }

  async talkThrough(stream: MediaStream): Promise<void> {
    await Promise.all([this.leg, this.next].map((each) => each?.talkThrough(stream)));
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
    const { microphone, voice, iceServers, timers } = this.options;
    this.next?.drop();
    this.next = null;
    this.triedAt = timers.now();
    const account = this.call.voice;
    if (!account) {
      this.failed(generation);
      return;
    }
    this.cancelTimer?.();
    Promise.all([microphone.open(), voice(), iceServers()]).then(
      ([stream, client, servers]) => {
        if (generation === this.generation) {
          this.bringUp(generation, client, account, stream, servers);
        }
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
    servers: readonly RTCIceServer[],
  ): void {
    let sound: MediaStream | null = null;
    // Of the leg's own news, only those count that come while it is ours.
    const current = () => this.leg === leg;
    const coming = () => generation === this.generation && this.next === leg;
    const leg = client.join(
      voice,
      microphone,
      {
        onSound: (stream) => {
          sound = stream;
          if (current()) this.hear(stream);
        },
        onUp: () => {
          if (coming()) this.arrived(leg, sound);
        },
        onShaky: () => {
          if (current() && this.state === "up") {
            leg.holdTones();
            this.become("shaky");
            this.retry();
          }
        },
        onGone: (kind) => {
          if (current()) this.gone(kind);
          else if (coming()) this.failed(generation);
        },
      },
      servers,
    );
    this.next = leg;
    leg.mute(this.muted);
    this.cancelTimer = this.options.timers.after(JOIN_PATIENCE_MS, () => this.failed(generation));
  }

  private arrived(leg: VoiceLeg, sound: MediaStream | null): void {
    this.cancelTimer?.();
    const before = this.leg;
    const unsent = before?.pendingTones() ?? "";
    before?.drop();
    if (this.everUp) this.rejoins += 1;
    this.everUp = true;
    this.leg = leg;
    this.next = null;
    this.attempts = 0;
    this.unexplainedBye = false;
    if (sound) this.sound = sound;
    if (unsent) leg.sendTones(unsent);
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

  private gone(kind: "bye" | "taken" | "failed"): void {
    this.leg = null;
    if (kind === "taken") {
      this.options.onTaken(this.call.id);
      this.leave(this.call);
      return;
    }
    // A replacement that is on its way already goes on.
    if (this.state === "joining") return;
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
    if (this.state !== "lost") return;
    const now = await this.options.ask(call.id).catch(() => call);
    if (generation !== this.generation || this.state !== "lost") return;
    if (!now) return;
    // A parked leg is not told by the call's state.
    const taken = now.state === "talking" || (await this.options.hasLeg(call.id));
    if (generation !== this.generation || this.state !== "lost") return;
    if (taken) {
      this.options.onTaken(now.id);
      this.leave(now);
    } else {
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
