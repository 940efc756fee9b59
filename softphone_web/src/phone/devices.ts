/** The microphone, the devices chosen by the user, and what this browser can do. */
import { type Microphone, type MicrophoneState, MicrophoneTrouble } from "./types";

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

export type DeviceKind = "microphone" | "speaker" | "ringer";

export interface DeviceChoice {
  /** Empty: what the system has chosen. */
  id: string;
  label: string;
}

const PREFERENCE = "vermittlung.device.";

/** The preferred device of a kind; empty for the system's own choice. */
export function preferred(kind: DeviceKind): string {
  return localStorage.getItem(PREFERENCE + kind) ?? "";
}

export function prefer(kind: DeviceKind, id: string): void {
  localStorage.setItem(PREFERENCE + kind, id);
}

/** The devices of a kind; labels are empty until the microphone was allowed. */
export async function devicesOf(kind: DeviceKind): Promise<DeviceChoice[]> {
  const wanted = kind === "microphone" ? "audioinput" : "audiooutput";
  const all = await navigator.mediaDevices.enumerateDevices();
  return all
    .filter((device) => device.kind === wanted && device.deviceId !== "default" && device.label)
    .map(({ deviceId, label }) => ({ id: deviceId, label }));
}

export class BrowserMicrophone implements Microphone {
  state: MicrophoneState = "unknown";
  private stream: Promise<MediaStream> | null = null;
  private lost: () => void = () => undefined;
  private readonly listeners = new Set<() => void>();

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

  onLost(lost: () => void): void {
    this.lost = lost;
  }

  open(): Promise<MediaStream> {
    this.stream ??= this.request();
    return this.stream;
  }

  close(): void {
    const { stream } = this;
    this.stream = null;
    void stream?.then(
      (each) => stopAll(each),
      () => undefined,
    );
  }

  /** Another microphone was chosen, or the one in use is gone. */
  async reopen(): Promise<void> {
    if (!this.stream) return;
    this.close();
    this.lost();
  }

  private async request(): Promise<MediaStream> {
    try {
      const stream = await navigator.mediaDevices.getUserMedia(constraints());
      this.become("granted");
      for (const track of stream.getAudioTracks()) {
        track.addEventListener("ended", () => void this.reopen());
      }
      return stream;
    } catch (error) {
      this.stream = null;
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
    else for (const listener of this.listeners) listener();
  }

  private become(state: MicrophoneState): void {
    this.state = state;
    for (const listener of this.listeners) listener();
  }
}

function constraints(): MediaStreamConstraints {
  const id = preferred("microphone");
  return {
    audio: {
      echoCancellation: true,
      noiseSuppression: true,
      autoGainControl: true,
      ...(id ? { deviceId: { ideal: id } } : {}),
    },
  };
}

function stopAll(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}
