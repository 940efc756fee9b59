/** The microphone, the devices chosen by the user, and what this browser can do. */
import {
  type DeviceNotice,
  type Microphone,
  type MicrophoneState,
  MicrophoneTrouble,
} from "./types";

export type Support = "ok" | "insecure" | "other-browser" | "no-webrtc";

interface BrowserFacts {
  secure: boolean;
  webrtc: boolean;
  brands: readonly string[];
  userAgent: string;
}

/** Calls are offered in Chromium's family (Chrome, Opera, Edge), where they are tested. */
export function supportOf(facts: BrowserFacts): Support {
  if (!facts.secure) return "insecure";
  if (!facts.webrtc) return "no-webrtc";
  const chromium =
    facts.brands.some((brand) => /chromium/i.test(brand)) ||
    /\b(Chrome|Chromium|HeadlessChrome|OPR)\//.test(facts.userAgent);
  return chromium ? "ok" : "other-browser";
}

export function browserSupport(): Support {
  const data = (navigator as { userAgentData?: { brands?: { brand: string }[] } }).userAgentData;
  return supportOf({
    secure: window.isSecureContext,
    webrtc: "RTCPeerConnection" in window && "mediaDevices" in navigator,
    brands: data?.brands?.map((each) => each.brand) ?? [],
    userAgent: navigator.userAgent,
  });
}

/** What a rejection of `getUserMedia` means. */
export function troubleState(name: string): MicrophoneState {
  switch (name) {
    case "NotAllowedError":
    case "SecurityError":
      return "denied";
    case "NotFoundError":
    case "OverconstrainedError":
      return "missing";
    default:
      return "busy";
  }
}

export type DeviceKind = DeviceNotice["device"];
export const DEVICE_KINDS: readonly DeviceKind[] = ["microphone", "speaker", "ringer"];

export interface DeviceChoice {
  /** Empty: what the system has chosen. */
  id: string;
  label: string;
}

const SYSTEM: DeviceChoice = { id: "", label: "" };
const PREFERENCE = "vermittlung.device.";
const NOISE = "vermittlung.noise";

function choiceOf(kind: DeviceKind): DeviceChoice {
  const text = localStorage.getItem(PREFERENCE + kind);
  if (!text) return SYSTEM;
  try {
    const { id, label } = JSON.parse(text) as Partial<DeviceChoice>;
    return { id: String(id ?? ""), label: String(label ?? "") };
  } catch {
    return { id: text, label: "" };
  }
}

/** The device that was chosen for a kind; empty for the system's own choice. */
export function preferred(kind: DeviceKind): string {
  return choiceOf(kind).id;
}

/** `label`: ids change when a device is plugged in anew, labels do not. */
export function prefer(kind: DeviceKind, id: string, label = ""): void {
  localStorage.setItem(PREFERENCE + kind, JSON.stringify({ id, label }));
  absent.delete(kind);
}

/** Kinds whose chosen device is unplugged. */
const absent = new Set<DeviceKind>();

/** The device to be used for a kind right now; empty for the system's own choice. */
export function inUse(kind: DeviceKind): string {
  return absent.has(kind) ? "" : preferred(kind);
}

/** The chosen device among those that are there, by id or else by label; null: unplugged. */
export function found(choice: DeviceChoice, devices: readonly DeviceChoice[]): DeviceChoice | null {
  if (choice.id === "") return SYSTEM;
  return (
    devices.find((each) => each.id === choice.id) ??
    devices.find((each) => choice.label !== "" && each.label === choice.label) ??
    null
  );
}

/** The devices of a kind; labels are empty until the microphone was allowed. */
export async function devicesOf(kind: DeviceKind): Promise<DeviceChoice[]> {
  const wanted = kind === "microphone" ? "audioinput" : "audiooutput";
  const all = await navigator.mediaDevices.enumerateDevices();
  return all
    .filter((device) => device.kind === wanted && device.deviceId !== "default" && device.label)
    .map(({ deviceId, label }) => ({ id: deviceId, label }));
}

/**
 * Follows plugging and unplugging: falls back to the system's device, and returns to the
 * chosen one. `moved` runs for every kind that has to use another device now.
 */
export async function followDevices(
  moved: (kind: DeviceKind, notice: DeviceNotice) => void,
): Promise<void> {
  for (const kind of DEVICE_KINDS) {
    const devices = await devicesOf(kind).catch(() => []);
    // Without permission there are no labels: then nothing is known of any device.
    if (devices.length === 0 && kind !== "microphone") continue;
    const choice = choiceOf(kind);
    const now = found(choice, devices);
    if (now === null && !absent.has(kind)) {
      absent.add(kind);
      moved(kind, { device: kind, change: "fallback", label: choice.label });
    } else if (now !== null && absent.has(kind)) {
      prefer(kind, now.id, now.label);
      moved(kind, { device: kind, change: "back", label: now.label });
    } else if (now !== null && now.id !== choice.id) prefer(kind, now.id, now.label);
  }
}

/** Whether noise around the speaker is filtered out; on unless it was switched off. */
export function noiseSuppression(): boolean {
  return localStorage.getItem(NOISE) !== "off";
}

let noiseChanged: () => Promise<void> = async () => undefined;

/** Takes effect at once, also in a call. */
export async function setNoiseSuppression(on: boolean): Promise<void> {
  localStorage.setItem(NOISE, on ? "on" : "off");
  await noiseChanged();
}

export class BrowserMicrophone implements Microphone {
  state: MicrophoneState = "unknown";
  label = "";
  private stream: Promise<MediaStream> | null = null;
  /** Changes of microphone, one after the other. */
  private changing: Promise<void> = Promise.resolve();
  private changed: (stream: MediaStream) => Promise<void> = async () => undefined;
  private lost: (state: MicrophoneState) => void = () => undefined;
  private readonly listeners = new Set<() => void>();

  constructor() {
    noiseChanged = () => this.reopen();
  }

  /** Learns the state and follows it; call once. */
  async watch(): Promise<void> {
    if (!navigator.mediaDevices) {
      this.become("missing");
      return;
    }
    navigator.mediaDevices.addEventListener("devicechange", () => void this.look());
    try {
      const permission = await navigator.permissions.query({ name: "microphone" });
      permission.addEventListener("change", () => this.permitted(permission.state));
      this.permitted(permission.state);
    } catch {
      this.become("prompt");
    }
    await this.look();
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  snapshot = (): MicrophoneState => this.state;

  onChange(changed: (stream: MediaStream) => Promise<void>): void {
    this.changed = changed;
  }

  onLost(lost: (state: MicrophoneState) => void): void {
    this.lost = lost;
  }

  open(): Promise<MediaStream> {
    this.stream ??= this.request().catch((error: unknown) => {
      this.stream = null;
      throw error;
    });
    return this.stream;
  }

  close(): void {
    const { stream } = this;
    this.stream = null;
    this.label = "";
    void stream?.then(stopAll, () => undefined);
  }

  /** Another microphone was chosen, or the one in use is gone. */
  reopen(): Promise<void> {
    this.changing = this.changing.then(() => this.change());
    return this.changing;
  }

  /** The new one is open and in use before the old one is closed: nobody hears a gap. */
  private async change(): Promise<void> {
    const { stream } = this;
    const old = await stream?.catch(() => null);
    if (!old || this.stream !== stream) return;
    try {
      const opened = await this.request();
      if (this.stream !== stream) {
        stopAll(opened);
        return;
      }
      this.stream = Promise.resolve(opened);
      await this.changed(opened);
      stopAll(old);
      this.tell();
    } catch (error) {
      // What was open stays so, if it still lives.
      if (old.getAudioTracks().some((track) => track.readyState === "live")) return;
      this.close();
      this.lost(error instanceof MicrophoneTrouble ? error.state : "busy");
    }
  }

  private async request(): Promise<MediaStream> {
    try {
      const stream = await openChosen(inUse("microphone"));
      for (const track of stream.getAudioTracks()) {
        this.label = track.label;
        track.addEventListener("ended", () => void this.reopen());
      }
      this.become("granted");
      return stream;
    } catch (error) {
      const name = error instanceof DOMException ? error.name : "";
      this.become(troubleState(name));
      throw new MicrophoneTrouble(this.state);
    }
  }

  private permitted(state: PermissionState): void {
    if (state === "denied") this.become("denied");
    else if (state === "granted") this.become("granted");
    else this.become("prompt");
    void this.look();
  }

  /** A microphone was plugged in or out. */
  private async look(): Promise<void> {
    const devices = await navigator.mediaDevices.enumerateDevices();
    const any = devices.some((device) => device.kind === "audioinput");
    if (!any && this.state !== "denied") this.become("missing");
    else if (any && this.state === "missing") this.become("prompt");
    else this.tell();
  }

  private become(state: MicrophoneState): void {
    this.state = state;
    this.tell();
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}

/** `exact`: a wish that is only `ideal` is not heard while the system's device is there. */
async function openChosen(id: string): Promise<MediaStream> {
  if (id) {
    try {
      return await navigator.mediaDevices.getUserMedia(constraints({ deviceId: { exact: id } }));
    } catch (error) {
      // It was unplugged a moment ago: then the system's own has to do.
      const gone = error instanceof DOMException && troubleState(error.name) === "missing";
      if (!gone) throw error;
    }
  }
  return navigator.mediaDevices.getUserMedia(constraints({}));
}

function constraints(device: MediaTrackConstraints): MediaStreamConstraints {
  return {
    audio: {
      echoCancellation: true,
      noiseSuppression: noiseSuppression(),
      autoGainControl: true,
      ...device,
    },
  };
}

function stopAll(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}
