/**
 * The browser's leg over JsSIP; the only file that knows SIP.
 *
 * Legs with the same account share one connection as long as it is sound: so a leg can be
 * replaced without the server seeing the browser's connection close.
 */
import { UA, WebSocketInterface } from "jssip";
import type { EndEvent, RTCSession } from "jssip/lib/RTCSession";
import type { Voice } from "../api/types";
import { socketAddress } from "./address";
import { deaf, type Heard, heardOf } from "./hearing";
import { type LegSample, sampleOf } from "./stats";
import { ToneQueue } from "./tones";
import type { LegHandlers, VoiceClient, VoiceLeg } from "./types";

/** Adapters of VPNs and virtual machines, and dead servers, can hold up gathering for long. */
const GATHERING_MS = 800;
/** After a leg that found no way: a relay may need longer to be reached. */
const PATIENT_GATHERING_MS = 2_500;
/** A dip that heals by itself does so sooner. */
const DIP_MS = 400;
/** A restart of ICE that has not helped by then will not help. */
const RESTART_MS = 1_200;
/** An exchange that does not answer on the socket by then is not reached by it. */
const PING_MS = 1_500;
/** How often to look whether what arrives is heard. */
const HEARING_MS = 200;
/** A leg that is deaf again so soon would not be helped by yet another one. */
const HEALING_MS = 5_000;
/** Q.850: answered elsewhere; here: another leg took the place of this one. */
const TAKEN = /;\s*cause=26\b/;

/** JsSIP's types lack it. */
type Pinging = UA & {
  sendOptions(
    target: string,
    body: string,
    options: { eventHandlers: Record<"succeeded" | "failed", () => void> },
  ): unknown;
};

/** One SIP connection, and the legs on it. */
class Line {
  readonly ua: UA;
  /** Once its socket was lost, a line is never used again. */
  dead = false;
  private readonly legs = new Set<JsSipLeg>();
  private pinging = false;

  constructor(readonly voice: Voice) {
    this.ua = new UA({
      sockets: [new WebSocketInterface(socketAddress(voice.url, location.href))],
      uri: `sip:${voice.username}@pbx.invalid`,
      authorization_user: voice.username,
      password: voice.password,
      register: false,
      session_timers: false,
      user_agent: "Vermittlung",
      connection_recovery_min_interval: 30,
      connection_recovery_max_interval: 60,
    });
    this.ua.on("connected", () => {
      for (const leg of this.legs) leg.invite();
    });
    this.ua.on("disconnected", () => this.lost());
    this.ua.start();
  }

  serves({ url, username, password }: Voice): boolean {
    const { voice } = this;
    const same = voice.url === url && voice.username === username && voice.password === password;
    return same && !this.dead;
  }

  add(leg: JsSipLeg): void {
    this.legs.add(leg);
    if (this.ua.isConnected()) leg.invite();
  }

  remove(leg: JsSipLeg): void {
    this.legs.delete(leg);
    if (this.legs.size > 0) return;
    this.dead = true;
    this.ua.stop();
  }

  /** Whether the exchange still answers: a socket may look open long after its way is gone. */
  ping(): void {
    if (this.pinging || this.dead || !this.ua.isConnected()) return;
    this.pinging = true;
    const silent = setTimeout(() => this.lost(), PING_MS);
    const answered = () => {
      this.pinging = false;
      clearTimeout(silent);
    };
    // Any answer will do, a refusal as well.
    (this.ua as Pinging).sendOptions("sip:ping@pbx.invalid", "", {
      eventHandlers: { succeeded: answered, failed: answered },
    });
  }

  private lost(): void {
    if (this.dead) return;
    this.dead = true;
    for (const leg of [...this.legs]) leg.lineLost();
  }
}

/** What the legs of one client share. */
interface Shared {
  mayHeal: () => boolean;
  /** A leg found no way (or did): the next one gathers longer (or not). */
  foundWay: (yes: boolean) => void;
  gatheringMs: () => number;
}

class JsSipLeg implements VoiceLeg {
  private session: RTCSession | null = null;
  private tones: ToneQueue | null = null;
  private dropped = false;
  private muted = false;
  /** The exchange's answer was read; a way may be found a moment earlier. */
  private accepted = false;
  private isUp = false;
  private restarting = false;
  private dip: ReturnType<typeof setTimeout> | undefined;
  private hearing: ReturnType<typeof setInterval> | undefined;

  constructor(
    private readonly line: Line,
    private readonly target: string,
    private microphone: MediaStream,
    private readonly on: LegHandlers,
    private readonly iceServers: readonly RTCIceServer[],
    private readonly shared: Shared,
  ) {}

  mute(on: boolean): void {
    this.muted = on;
    for (const track of this.microphone.getAudioTracks()) track.enabled = !on;
  }

  sendTones(digits: string): boolean {
    const sender = this.audioSender()?.dtmf;
    if (!sender) return false;
    this.tones ??= new ToneQueue(sender);
    return this.tones.send(digits);
  }

  holdTones(): void {
    this.tones?.hold();
  }

  pendingTones(): string {
    return this.tones?.pending ?? "";
  }

  async talkThrough(stream: MediaStream): Promise<void> {
    this.microphone = stream;
    this.mute(this.muted);
    const track = stream.getAudioTracks()[0];
    if (track) await this.audioSender()?.replaceTrack(track);
  }

  async sample(): Promise<LegSample | null> {
    const connection = this.session?.connection;
    return connection ? sampleOf(await connection.getStats()) : null;
  }

  check(): void {
    this.line.ping();
    const state = this.session?.connection?.iceConnectionState;
    if (state === "disconnected" || state === "failed") this.restart();
  }

  drop(): void {
    if (this.dropped) return;
    this.dropped = true;
    clearTimeout(this.dip);
    clearInterval(this.hearing);
    // BYE tells the server that this leg is gone, no more: the call goes on.
    if (this.session && !this.session.isEnded()) this.session.terminate();
    this.line.remove(this);
  }

  /** Called by the line when it is connected. */
  invite(): void {
    if (this.session || this.dropped) return;
    const session = this.line.ua.call(this.target, {
      mediaStream: this.microphone,
      mediaConstraints: { audio: true, video: false },
      pcConfig: { iceServers: [...this.iceServers], rtcpMuxPolicy: "require" },
    }) as RTCSession;
    this.session = session;
    // The first candidate's timer counts; those of later ones find that all was sent.
    session.on("icecandidate", ({ ready }) => setTimeout(ready, this.shared.gatheringMs()));
    session.on("accepted", () => {
      this.accepted = true;
      this.lookUp();
    });
    session.on("failed", (event) => this.gone("failed", event.cause));
    session.on("ended", (event) => this.ended(event));
    this.watch(session.connection);
  }

  /** Called by the line when its socket is gone; sound may still flow. */
  lineLost(): void {
    if (this.session?.isEstablished()) this.shaky("socket");
    else this.gone("failed", "socket");
  }

  private ended(event: EndEvent): void {
    if (event.originator !== "remote") {
      this.gone("failed", event.cause);
      return;
    }
    const reason = event.message?.getHeader("Reason") ?? "";
    this.gone(TAKEN.test(reason) ? "taken" : "bye", event.cause);
  }

  private audioSender(): RTCRtpSender | undefined {
    return this.session?.connection?.getSenders().find((each) => each.track?.kind === "audio");
  }

  /** Up: accepted by the exchange, and a way for the sound was found. */
  private lookUp(): void {
    const { session } = this;
    if (this.isUp || this.dropped || !this.accepted || !session) return;
    if (!isWay(session.connection.iceConnectionState)) return;
    this.isUp = true;
    this.shared.foundWay(true);
    this.on.onUp();
  }

  private watch(connection: RTCPeerConnection): void {
    connection.addEventListener("track", (event) => {
      const stream = event.streams[0] ?? new MediaStream([event.track]);
      if (!this.dropped) this.on.onSound(stream);
    });
    let before: Heard | null = null;
    this.hearing = setInterval(async () => {
      const receiver = connection.getReceivers()[0];
      const now = receiver ? heardOf(await receiver.getStats()) : null;
      if (deaf(before, now) && this.shared.mayHeal()) this.shaky("deaf");
      before = now;
    }, HEARING_MS);
    connection.addEventListener("iceconnectionstatechange", () => {
      clearTimeout(this.dip);
      const state = connection.iceConnectionState;
      if (isWay(state)) this.lookUp();
      else if (state === "failed") this.lostWay();
      else if (state === "disconnected") this.dip = setTimeout(() => this.restart(), DIP_MS);
    });
  }

  private lostWay(): void {
    if (!this.isUp) this.shared.foundWay(false);
    this.shaky("ice-failed");
  }

  /** The fast path: new candidates for the same leg. Where that does not help, a new leg does. */
  private restart(): void {
    const { session } = this;
    if (this.restarting || this.dropped || !session) return;
    const options = { rtcOfferConstraints: { iceRestart: true } };
    if (!this.isUp || this.line.dead || !session.renegotiate(options)) {
      this.shaky("ice-disconnected");
      return;
    }
    this.restarting = true;
    // What JsSIP knows of muting is nothing: it has just switched the microphone on.
    this.mute(this.muted);
    this.dip = setTimeout(() => {
      this.restarting = false;
      if (!isWay(session.connection.iceConnectionState)) this.shaky("ice-restart-failed");
    }, RESTART_MS);
  }

  private shaky(reason: string): void {
    if (!this.dropped) this.on.onShaky(reason);
  }

  private gone(kind: "bye" | "taken" | "failed", reason: string): void {
    if (this.dropped) return;
    this.drop();
    this.on.onGone(kind, reason);
  }
}

function isWay(state: RTCIceConnectionState): boolean {
  return state === "connected" || state === "completed";
}

class JsSipClient implements VoiceClient {
  private line: Line | null = null;
  private healed = Number.NEGATIVE_INFINITY;
  private patient = false;

  private readonly shared: Shared = {
    /** At most once in a while. */
    mayHeal: () => {
      const now = performance.now();
      if (now - this.healed < HEALING_MS) return false;
      this.healed = now;
      return true;
    },
    foundWay: (yes) => {
      this.patient = !yes;
    },
    gatheringMs: () => (this.patient ? PATIENT_GATHERING_MS : GATHERING_MS),
  };

  join(
    voice: Voice,
    microphone: MediaStream,
    handlers: LegHandlers,
    iceServers: readonly RTCIceServer[] = [],
  ): VoiceLeg {
    if (!this.line?.serves(voice)) this.line = new Line(voice);
    const { line } = this;
    const leg = new JsSipLeg(line, voice.uri, microphone, handlers, iceServers, this.shared);
    line.add(leg);
    return leg;
  }
}

export const jsSipClient: VoiceClient = new JsSipClient();
