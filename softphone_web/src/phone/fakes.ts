/** Hand-written stand-ins for the phone's ports, for tests only. */
import { ApiError } from "../api/client";
import type {
  Call,
  CallRequest,
  IceServers,
  Page,
  QualityReport,
  Sound,
  TransferRequest,
  Voice,
} from "../api/types";
import type { LegSample } from "./stats";
import type { Tally } from "./tally";
import type {
  CallApi,
  LegHandlers,
  Marks,
  Microphone,
  MicrophoneState,
  Ringer,
  TabLock,
  Timers,
  VoiceClient,
  VoiceLeg,
} from "./types";
import { MicrophoneTrouble } from "./types";
import type { TallyStore } from "./watch";

export const VOICE: Voice = {
  url: "/api/v1/voice",
  uri: "sip:c1@pbx.invalid",
  username: "u",
  password: "p",
};

export function aCall(part: Partial<Call> = {}): Call {
  return {
    id: "c1",
    direction: "outbound",
    state: "waiting",
    number: "+4930901820",
    national: "030 901820",
    did: null,
    label: null,
    country: "DE",
    type: "fixed",
    zone: "DE",
    caller_id: "+4922182829980",
    caller_id_printed: "+49 221 82829-980",
    user: "vpa1@example.test",
    task: "T-1",
    task_title: "Task",
    offered_at: "2026-11-21T10:00:00Z",
    ringing_at: null,
    answered_at: null,
    ended_at: null,
    outcome: null,
    cause: null,
    detail: null,
    talk_seconds: 0,
    platform_seconds: 0,
    e164: "+4930901820",
    user_name: "Mara Lenz",
    colleague: null,
    colleague_name: null,
    party_name: null,
    linked: null,
    linked_as: null,
    revision: 0,
    note: null,
    mos: null,
    voice: VOICE,
    ...part,
  };
}

/** Time that passes only when told to. */
export class FakeTimers implements Timers {
  private at = 0;
  private waiting: { at: number; run: () => void }[] = [];

  now(): number {
    return this.at;
  }

  after(ms: number, run: () => void): () => void {
    const entry = { at: this.at + ms, run };
    this.waiting.push(entry);
    return () => {
      this.waiting = this.waiting.filter((each) => each !== entry);
    };
  }

  /** Lets `ms` pass, with everything that becomes due and its promises. */
  async pass(ms: number): Promise<void> {
    const end = this.at + ms;
    for (;;) {
      await settle();
      const due = this.waiting.filter((each) => each.at <= end).sort((a, b) => a.at - b.at)[0];
      if (!due) break;
      this.waiting = this.waiting.filter((each) => each !== due);
      this.at = due.at;
      due.run();
    }
    this.at = end;
    await settle();
  }
}

/** Lets promises that are already decided run their continuations. */
export async function settle(): Promise<void> {
  for (let n = 0; n < 20; n += 1) await Promise.resolve();
}

export class FakeLeg implements VoiceLeg {
  muted = false;
  dropped = false;
  sent = "";
  canSendTones = true;

  constructor(
    readonly voice: Voice,
    public microphone: MediaStream,
    readonly on: LegHandlers,
  ) {}

  mute(on: boolean): void {
    this.muted = on;
  }

  sendTones(digits: string): boolean {
    if (this.canSendTones) this.sent += digits;
    return this.canSendTones;
  }

  async talkThrough(stream: MediaStream): Promise<void> {
    this.microphone = stream;
  }

  checks = 0;
  unsent = "";
  measured: LegSample | null = null;

  tonesHeld = false;

  holdTones(): void {
    this.tonesHeld = true;
  }

  pendingTones(): string {
    return this.unsent;
  }

  check(): void {
    this.checks += 1;
  }

  async sample(): Promise<LegSample | null> {
    return this.measured;
  }

  drop(): void {
    this.dropped = true;
  }
}

export class FakeVoice implements VoiceClient {
  readonly legs: FakeLeg[] = [];

  join(voice: Voice, microphone: MediaStream, on: LegHandlers): FakeLeg {
    const leg = new FakeLeg(voice, microphone, on);
    this.legs.push(leg);
    return leg;
  }

  /** The leg that was asked for last. */
  get last(): FakeLeg {
    const leg = this.legs.at(-1);
    if (!leg) throw new Error("no leg was asked for");
    return leg;
  }
}

export class FakeMicrophone implements Microphone {
  state: MicrophoneState = "granted";
  opened = 0;
  isOpen = false;
  refusal: MicrophoneState | null = null;
  label = "Headset";
  private changed: (stream: MediaStream) => Promise<void> = async () => undefined;
  private lost: (state: MicrophoneState) => void = () => undefined;

  open(): Promise<MediaStream> {
    if (this.refusal) return Promise.reject(new MicrophoneTrouble(this.refusal));
    if (!this.isOpen) this.opened += 1;
    this.isOpen = true;
    this.state = "granted";
    return Promise.resolve({ id: `stream-${this.opened}` } as MediaStream);
  }

  close(): void {
    this.isOpen = false;
  }

  onChange(changed: (stream: MediaStream) => Promise<void>): void {
    this.changed = changed;
  }

  onLost(lost: (state: MicrophoneState) => void): void {
    this.lost = lost;
  }

  /** Another one takes its place, where there is one. */
  async unplug(): Promise<void> {
    this.isOpen = false;
    if (this.refusal) this.lost(this.refusal);
    else await this.changed(await this.open());
  }
}

export class FakeRinger implements Ringer {
  ringing = false;
  knocking = false;
  /** How often the ringing tone began. */
  rings = 0;
  overs = 0;

  ring(): void {
    this.ringing = true;
    this.knocking = false;
    this.rings += 1;
  }

  knock(): void {
    this.ringing = false;
    this.knocking = true;
  }

  silence(): void {
    this.ringing = false;
    this.knocking = false;
  }

  over(): void {
    this.overs += 1;
  }
}

export class FakeTab implements TabLock {
  held = true;
  private changed: (held: boolean) => void = () => undefined;

  onChange(changed: (held: boolean) => void): void {
    this.changed = changed;
  }

  take(): void {
    this.held = true;
  }

  set(held: boolean): void {
    this.held = held;
    this.changed(held);
  }
}

export class FakeMarks implements Marks {
  muted = false;
  readonly ids = new Set<string>();
  private changed: () => void = () => undefined;

  has(callId: string): boolean {
    return this.ids.has(callId);
  }

  add(callId: string): void {
    this.ids.add(callId);
  }

  remove(callId: string): void {
    this.ids.delete(callId);
  }

  keep(callIds: readonly string[]): void {
    for (const id of this.ids) if (!callIds.includes(id)) this.ids.delete(id);
  }

  onChange(changed: () => void): void {
    this.changed = changed;
  }

  /** As if another tab had done it. */
  changeElsewhere(change: () => void): void {
    change();
    this.changed();
  }
}

export class FakeTallies implements TallyStore {
  readonly kept = new Map<string, Tally>();

  load(callId: string): Tally | null {
    return this.kept.get(callId) ?? null;
  }

  save(callId: string, tally: Tally | null): void {
    if (tally) this.kept.set(callId, tally);
    else this.kept.delete(callId);
  }
}

/** Answers with what was laid ready, and notes what was asked. */
export class FakeApi implements CallApi {
  readonly asked: string[] = [];
  readonly requests: CallRequest[] = [];
  next: Call | ApiError = aCall();
  /** Answers that come before `next`, one after the other. */
  first: (Call | ApiError)[] = [];
  stored: Call = aCall({ state: "ended", outcome: "answered" });
  open: Call[] = [];
  /** RTP packets that the exchange has received of my leg. */
  packets: number | null = 100;
  readonly reports: { id: string; report: QualityReport }[] = [];
  private release: (() => void) | null = null;
  private gate: Promise<void> = Promise.resolve();

  /** Answers wait from now on, until `letGo`. */
  wait(): void {
    this.gate = new Promise((resolve) => {
      this.release = resolve;
    });
  }

  letGo(): void {
    this.release?.();
  }

  async place(request: CallRequest): Promise<Call> {
    this.requests.push(request);
    return this.answerWith("place");
  }

  answer = (id: string, task: string | null) => this.answerWith(`answer ${id} ${task}`);
  decline = (id: string) => this.answerWith(`decline ${id}`);
  hangUp = (id: string) => this.answerWith(`hangUp ${id}`);

  async call(id: string): Promise<{ call: Call }> {
    this.asked.push(`call ${id}`);
    return { call: this.stored };
  }

  async calls(): Promise<Page<Call>> {
    this.asked.push("calls");
    return { items: this.open, next: null };
  }

  hold = (id: string) => this.answerWith(`hold ${id}`);
  resume = (id: string) => this.answerWith(`resume ${id}`);
  transfer = (id: string, request: TransferRequest) =>
    this.answerWith(`transfer ${id} ${request.number ?? request.colleague}`);
  takeBack = (id: string) => this.answerWith(`takeBack ${id}`);
  complete = (id: string, other: string) => this.answerWith(`complete ${id} ${other}`);
  join = (id: string, other: string) => this.answerWith(`join ${id} ${other}`);

  async sound(id: string): Promise<Sound> {
    this.asked.push(`sound ${id}`);
    return { received_packets: this.packets };
  }

  async reportQuality(id: string, report: QualityReport): Promise<void> {
    this.reports.push({ id, report });
  }

  async iceServers(): Promise<IceServers> {
    return { servers: [], ttl_seconds: 60 };
  }

  async tones(id: string, digits: string): Promise<void> {
    this.asked.push(`tones ${id} ${digits}`);
  }

  private async answerWith(what: string): Promise<Call> {
    this.asked.push(what);
    await this.gate;
    const answer = this.first.shift() ?? this.next;
    if (answer instanceof ApiError) throw answer;
    return answer;
  }
}
