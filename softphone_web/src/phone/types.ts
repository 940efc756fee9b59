/** What the phone needs from the outside: small ports, and what it shows to the view. */
import type { LiveStatus } from "../api/live";
import type { Call, CallRequest, Page, RingStopReason, Voice } from "../api/types";
import type { LegState } from "./call-state";

/** Of the API, just what calls need. Every method rejects with an `ApiError`. */
export interface CallApi {
  place(request: CallRequest): Promise<Call>;
  answer(id: string, task: string | null): Promise<Call>;
  decline(id: string): Promise<Call>;
  hangUp(id: string): Promise<Call>;
  call(id: string): Promise<{ call: Call }>;
  calls(query: Record<string, string>): Promise<Page<Call>>;
  tones(id: string, digits: string): Promise<void>;
}

/** The browser's leg of a call: sound, never numbers. */
export interface VoiceLeg {
  mute(on: boolean): void;
  /** False where this leg cannot send tones; then the server does. */
  sendTones(digits: string): boolean;
  /** Talks through another microphone from now on. */
  talkThrough(stream: MediaStream): void;
  /** Ends this leg, not the call. Calls none of the handlers afterwards. */
  drop(): void;
}

export interface LegHandlers {
  onUp(): void;
  onSound(stream: MediaStream): void;
  /** The way to the exchange is damaged; sound may still flow for a while. */
  onShaky(reason: string): void;
  /** The leg is gone: `bye` from the exchange, or `failed` on the way. */
  onGone(kind: "bye" | "failed", reason: string): void;
}

export interface VoiceClient {
  join(voice: Voice, microphone: MediaStream, handlers: LegHandlers): VoiceLeg;
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
  /** Opens the chosen microphone. Rejects with `MicrophoneTrouble`. */
  open(): Promise<MediaStream>;
  /** Switches the light off again. */
  close(): void;
  /** `lost` runs when the open microphone vanishes (headset unplugged). */
  onLost(lost: () => void): void;
}

export class MicrophoneTrouble extends Error {
  override readonly name = "MicrophoneTrouble";

  constructor(readonly state: MicrophoneState) {
    super(`microphone: ${state}`);
  }
}

export interface Ringer {
  ring(): void;
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

/** Which call this browser is in; survives a reload and a crash. */
export interface Mark {
  get(): string | null;
  set(callId: string | null): void;
  /** Whether the microphone was muted in this call: no reload opens it again. */
  muted(callId: string): boolean;
  mute(callId: string, on: boolean): void;
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

/** Why a ringing call rings no more. */
export interface Missed {
  call: Call;
  reason: RingStopReason;
}

/** All that the view shows; a new object for each change, never changed itself. */
export interface PhoneSnapshot {
  live: LiveStatus;
  /** A request to place or answer is under way. */
  busy: "placing" | "answering" | null;
  /** The call under way. */
  call: Call | null;
  /** Clock of `Timers` when `call` was received: its `talk_seconds` count from here. */
  callAt: number;
  ending: boolean;
  /** An inbound call that waits for Answer or Decline. */
  ring: Call | null;
  /** The call that ended last, until it is dismissed or the next one starts. */
  ended: Call | null;
  missed: Missed | null;
  leg: LegState;
  muted: boolean;
  /** Digits sent in this call. */
  tones: string;
  sound: MediaStream | null;
  trouble: Trouble | null;
}
