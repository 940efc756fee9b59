/** What the phone needs from the outside: small ports, and what it shows to the view. */
import type { LiveStatus } from "../api/live";
import type {
  Call,
  CallRequest,
  IceServers,
  Page,
  QualityReport,
  RingStopReason,
  Sound,
  TransferRequest,
  Voice,
} from "../api/types";
import type { LegState } from "./call-state";
import type { LegSample } from "./stats";

/** Of the API, just what calls need. Every method rejects with an `ApiError`. */
export interface CallApi {
  place(request: CallRequest): Promise<Call>;
  answer(id: string, task: string | null): Promise<Call>;
  decline(id: string): Promise<Call>;
  hangUp(id: string): Promise<Call>;
  call(id: string): Promise<{ call: Call }>;
  calls(query: Record<string, string>): Promise<Page<Call>>;
  tones(id: string, digits: string): Promise<void>;
  hold(id: string): Promise<Call>;
  resume(id: string): Promise<Call>;
  transfer(id: string, request: TransferRequest): Promise<Call>;
  takeBack(id: string): Promise<Call>;
  complete(id: string, other: string): Promise<Call>;
  join(id: string, other: string): Promise<Call>;
  sound(id: string): Promise<Sound>;
  /** Gets through even while the page goes away. */
  reportQuality(id: string, report: QualityReport): Promise<void>;
  iceServers(): Promise<IceServers>;
}

/** Whom to call or to hand a call over to. */
export type Target = { number: string; country: string } | { colleague: string };

/** The browser's leg of a call: sound, never numbers. */
export interface VoiceLeg {
  mute(on: boolean): void;
  /** False where this leg cannot send tones; then the server does. */
  sendTones(digits: string): boolean;
  /** Begins no more tones: another leg takes over those that are pending. */
  holdTones(): void;
  /** Tones that were given to this leg and not begun yet. */
  pendingTones(): string;
  /** Talks through another microphone from now on; done when the old one is not used any more. */
  talkThrough(stream: MediaStream): Promise<void>;
  /** The network may have changed: looks at once whether the way is sound, and mends it. */
  check(): void;
  /** What is measured right now; null where nothing is. */
  sample(): Promise<LegSample | null>;
  /** Ends this leg, not the call. Calls none of the handlers afterwards. */
  drop(): void;
}

export interface LegHandlers {
  /** Sound can flow both ways. */
  onUp(): void;
  onSound(stream: MediaStream): void;
  /** The way to the exchange is damaged; sound may still flow for a while. */
  onShaky(reason: string): void;
  /**
   * The leg is gone: `bye` from the exchange, `taken` by another browser, or `failed` on
   * the way.
   */
  onGone(kind: "bye" | "taken" | "failed", reason: string): void;
}

export interface VoiceClient {
  join(
    voice: Voice,
    microphone: MediaStream,
    handlers: LegHandlers,
    iceServers?: readonly RTCIceServer[],
  ): VoiceLeg;
}

export type MicrophoneState =
  | "unknown"
  /** The browser will ask. */
  | "prompt"
  | "granted"
  | "denied"
  /** No microphone is plugged in. */
  | "missing"
  /** Another program holds it, or the system refuses it. */
  | "busy";

export interface Microphone {
  readonly state: MicrophoneState;
  /** What the browser calls it; empty while it is closed. */
  readonly label: string;
  /** Opens the chosen microphone. Rejects with `MicrophoneTrouble`. */
  open(): Promise<MediaStream>;
  /** Switches the light off again. */
  close(): void;
  /**
   * `changed` runs when another microphone took the place of the open one; the old one
   * stays open until its promise is kept.
   */
  onChange(changed: (stream: MediaStream) => Promise<void>): void;
  /** `lost` runs when the open microphone vanished and there is no other. */
  onLost(lost: (state: MicrophoneState) => void): void;
}

export class MicrophoneTrouble extends Error {
  override readonly name = "MicrophoneTrouble";

  constructor(readonly state: MicrophoneState) {
    super(`microphone: ${state}`);
  }
}

export interface Ringer {
  ring(): void;
  /** Softly and now and then, in the ear of somebody who is talking: another call waits. */
  knock(): void;
  silence(): void;
  /** A short sign that the call is over. */
  over(): void;
}

/** Which tab of this browser carries the sound. */
export interface TabLock {
  readonly held: boolean;
  /** Takes it over from whatever tab has it. */
  take(): void;
  onChange(changed: (held: boolean) => void): void;
}

/**
 * Which calls this browser is in; survives a reload and a crash, and is the same in all of
 * its tabs.
 */
export interface Marks {
  has(callId: string): boolean;
  add(callId: string): void;
  remove(callId: string): void;
  /** Forgets all but these. */
  keep(callIds: readonly string[]): void;
  /** Whether the microphone was muted: no reload opens it again. */
  muted: boolean;
  /** Another tab changed them. */
  onChange(changed: () => void): void;
}

export interface Timers {
  /** Milliseconds of a clock that never jumps. */
  now(): number;
  /** Runs once after `ms`; the answer cancels it. */
  after(ms: number, run: () => void): () => void;
}

/** A trouble to show: an `error_id`, and the server's words where it has some. */
export interface Trouble {
  errorId: string;
  detail: string;
}

/** What the phone is busy asking the server for. */
export type Busy = "placing" | "answering" | "holding" | "resuming" | "transferring" | "joining";

export type AdviceId =
  /** The microphone gives digital silence, or next to nothing, while it is open. */
  | "silent-microphone"
  /** Somebody speaks into a muted microphone. */
  | "muted-speech"
  /** Nothing of ours arrives at the exchange. */
  | "not-heard"
  | "loss"
  | "jitter"
  | "delay"
  /** Nothing arrives here. */
  | "hearing-nothing";

export type QualityLevel = "good" | "fair" | "bad";

/** How the call under way sounds, as measured in the last seconds. */
export interface Quality {
  level: QualityLevel;
  /** Estimated mean opinion score, 1 to 4.5. */
  mos: number;
  jitterMs: number;
  rttMs: number | null;
  lossPercent: number;
  /** Over a TURN relay. */
  relay: boolean;
}

/** A device went away or came back; `label` is the one that is used now. */
export interface DeviceNotice {
  device: "microphone" | "speaker" | "ringer";
  change: "fallback" | "back";
  label: string;
}

/** Why a ringing call rings no more. */
export interface Missed {
  call: Call;
  reason: RingStopReason;
}

/** All that the view shows; a new object for each change, never changed itself. */
export interface PhoneSnapshot {
  live: LiveStatus;
  /** What is being asked for. */
  busy: Busy | null;
  /** All my open calls but the ringing ones, oldest first. */
  calls: readonly Call[];
  /** The active one of them: talked in or on the way there, else handed over, else held. */
  call: Call | null;
  /** Clock of `Timers` when each call was received: its `talk_seconds` count from there. */
  receivedAt: Readonly<Record<string, number>>;
  /** That of `call`. */
  callAt: number;
  /** `call` is being hung up. */
  ending: boolean;
  /** Inbound calls that wait for Answer or Decline, oldest first. */
  rings: readonly Call[];
  /** The first of them; also while another call is under way (call waiting). */
  ring: Call | null;
  /** The call that ended last, until it is dismissed or the next one starts. */
  ended: Call | null;
  missed: Missed | null;
  /** The leg of each call. */
  legs: Readonly<Record<string, LegState>>;
  /** The leg of `call`. */
  leg: LegState;
  /** The microphone is muted, for all calls. */
  muted: boolean;
  /** Digits sent in `call`. */
  tones: string;
  sound: MediaStream | null;
  trouble: Trouble | null;
  /** Null while nothing is measured. */
  quality: Quality | null;
  /** Most urgent first. */
  advice: readonly AdviceId[];
  /** This tab has the sound; the others are remote controls. */
  leader: boolean;
  /** The last change of devices that nobody asked for, until dismissed. */
  notice: DeviceNotice | null;
}
