/**
 * The browser's leg over JsSIP; the only file that knows SIP.
 *
 * Legs with the same account share one connection as long as it is sound: so a leg can be
 * replaced without the server seeing the browser's connection close.
 */
import { UA, WebSocketInterface } from "jssip";
import type { RTCSession } from "jssip/lib/RTCSession";
import type { Voice } from "../api/types";
import { socketAddress } from "./address";
import { deaf, type Heard, heardOf } from "./hearing";
import type { LegHandlers, VoiceClient, VoiceLeg } from "./types";

/** Adapters of VPNs and virtual machines can hold up gathering for many seconds. */
const GATHERING_MS = 800;
/** A short dip of the network heals by itself. */
const DIP_MS = 3_000;
/** How often to look whether what arrives is heard. */
const HEARING_MS = 200;
/** A leg that is deaf again so soon would not be helped by yet another one. */
const HEALING_MS = 5_000;
const TONE_MS = 120;
const TONE_GAP_MS = 80;

/** One SIP connection, and the legs on it. */
class Line {
  readonly ua: UA;
  /** Once its socket was lost, a line is never used again. */
  dead = false;
  private readonly legs = new Set<JsSipLeg>();

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
    this.ua.on("disconnected", () => {
      this.dead = true;
      for (const leg of [...this.legs]) leg.lineLost();
    });
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
}

class JsSipLeg implements VoiceLeg {
  private session: RTCSession | null = null;
  private dropped = false;
  private dip: ReturnType<typeof setTimeout> | undefined;
  private hearing: ReturnType<typeof setInterval> | undefined;

  constructor(
    private readonly line: Line,
    private readonly target: string,
    private microphone: MediaStream,
    private readonly on: LegHandlers,
    private readonly mayHeal: () => boolean,
  ) {}

  mute(on: boolean): void {
    for (const track of this.microphone.getAudioTracks()) track.enabled = !on;
  }

  sendTones(digits: string): boolean {
    const sender = this.audioSender()?.dtmf;
    if (!sender?.canInsertDTMF) return false;
    sender.insertDTMF(sender.toneBuffer + digits, TONE_MS, TONE_GAP_MS);
    return true;
  }

  talkThrough(stream: MediaStream): void {
    this.microphone = stream;
    const track = stream.getAudioTracks()[0];
    if (track) void this.audioSender()?.replaceTrack(track);
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
      pcConfig: { iceServers: [], rtcpMuxPolicy: "require" },
    }) as RTCSession;
    this.session = session;
    let gathering = false;
    session.on("icecandidate", ({ ready }) => {
      if (!gathering) setTimeout(ready, GATHERING_MS);
      gathering = true;
    });
    session.on("accepted", () => {
      if (!this.dropped) this.on.onUp();
    });
    session.on("failed", (event) => this.gone("failed", event.cause));
    session.on("ended", (event) =>
      this.gone(event.originator === "remote" ? "bye" : "failed", event.cause),
    );
    this.watch(session.connection);
  }

  /** Called by the line when its socket is gone; sound may still flow. */
  lineLost(): void {
    if (this.session?.isEstablished()) this.shaky("socket");
    else this.gone("failed", "socket");
  }

  private audioSender(): RTCRtpSender | undefined {
    return this.session?.connection?.getSenders().find((each) => each.track?.kind === "audio");
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
      if (deaf(before, now) && this.mayHeal()) this.shaky("deaf");
      before = now;
    }, HEARING_MS);
    connection.addEventListener("iceconnectionstatechange", () => {
      clearTimeout(this.dip);
      const state = connection.iceConnectionState;
      if (state === "failed") this.shaky("ice-failed");
      else if (state === "disconnected") {
        this.dip = setTimeout(() => this.shaky("ice-disconnected"), DIP_MS);
      }
    });
  }

  private shaky(reason: string): void {
    if (!this.dropped) this.on.onShaky(reason);
  }

  private gone(kind: "bye" | "failed", reason: string): void {
    if (this.dropped) return;
    this.drop();
    this.on.onGone(kind, reason);
  }
}

class JsSipClient implements VoiceClient {
  private line: Line | null = null;
  private healed = Number.NEGATIVE_INFINITY;

  /** At most once in a while. */
  private readonly mayHeal = (): boolean => {
    const now = performance.now();
    if (now - this.healed < HEALING_MS) return false;
    this.healed = now;
    return true;
  };

  join(voice: Voice, microphone: MediaStream, handlers: LegHandlers): VoiceLeg {
    if (!this.line?.serves(voice)) this.line = new Line(voice);
    const { line } = this;
    const leg = new JsSipLeg(line, voice.uri, microphone, handlers, this.mayHeal);
    line.add(leg);
    return leg;
  }
}

export const jsSipClient: VoiceClient = new JsSipClient();
