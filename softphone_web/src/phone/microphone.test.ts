import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  BrowserMicrophone,
  followDevices,
  inUse,
  noiseSuppression,
  prefer,
  preferred,
  setNoiseSuppression,
} from "./devices";
import type { DeviceNotice, MicrophoneState } from "./types";

class FakeTrack extends EventTarget {
  readyState: "live" | "ended" = "live";
  enabled = true;

  constructor(readonly label: string) {
    super();
  }

  stop(): void {
    this.readyState = "ended";
  }

  unplug(): void {
    this.readyState = "ended";
    this.dispatchEvent(new Event("ended"));
  }
}

interface Opened {
  wish: MediaTrackConstraints;
  track: FakeTrack;
}

/** The browser's devices, as far as they are used. */
class FakeMedia extends EventTarget {
  readonly opened: Opened[] = [];
  devices: { kind: string; deviceId: string; label: string }[] = [];
  refusal: string | null = null;

  async getUserMedia({ audio }: { audio: MediaTrackConstraints }): Promise<MediaStream> {
    if (this.refusal) throw new DOMException("refused", this.refusal);
    const { exact } = (audio.deviceId ?? {}) as { exact?: string };
    const device = this.devices.find((each) => each.deviceId === exact);
    if (exact && !device) throw new DOMException("no such device", "OverconstrainedError");
    const track = new FakeTrack(device?.label ?? "Built-in");
    this.opened.push({ wish: audio, track });
    const tracks = [track];
    return { getAudioTracks: () => tracks, getTracks: () => tracks } as unknown as MediaStream;
  }

  async enumerateDevices() {
    return this.devices;
  }

  get open(): string[] {
    return this.opened
      .filter(({ track }) => track.readyState === "live")
      .map(({ track }) => track.label);
  }
}

let media: FakeMedia;
let microphone: BrowserMicrophone;
let changes: string[][];
let lost: MicrophoneState[];

beforeEach(() => {
  const kept = new Map<string, string>();
  media = new FakeMedia();
  media.devices = ["Jabra", "Built-in"].map((label, n) => ({
    kind: "audioinput",
    deviceId: `in${n}`,
    label,
  }));
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
  });
  vi.stubGlobal("navigator", { mediaDevices: media });
  microphone = new BrowserMicrophone();
  changes = [];
  lost = [];
  microphone.onChange(async () => {
    changes.push(media.open);
  });
  microphone.onLost((state) => lost.push(state));
});

afterEach(() => vi.unstubAllGlobals());

describe("another microphone in a call", () => {
  test("is open and in use before the old one is closed", async () => {
    await microphone.open();
    prefer("microphone", "in0", "Jabra");
    await microphone.reopen();
    expect(changes).toEqual([["Built-in", "Jabra"]]);
    expect(media.open).toEqual(["Jabra"]);
    expect(microphone.label).toBe("Jabra");
  });

  test("that cannot be opened leaves the old one as it is", async () => {
    await microphone.open();
    media.refusal = "NotReadableError";
    await microphone.reopen();
    expect(media.open).toEqual(["Built-in"]);
    expect(lost).toEqual([]);
  });

  test("takes over when the headset is unplugged", async () => {
    prefer("microphone", "in0", "Jabra");
    await microphone.open();
    media.devices = media.devices.slice(1);
    media.opened[0]?.track.unplug();
    await microphone.reopen();
    expect(media.open).toEqual(["Built-in"]);
  });

  test("where there is none, that is told", async () => {
    await microphone.open();
    media.refusal = "NotFoundError";
    media.opened[0]?.track.unplug();
    await microphone.reopen();
    expect(lost).toEqual(["missing"]);
    expect(microphone.state).toBe("missing");
  });

  test("a microphone that was closed meanwhile stays closed", async () => {
    await microphone.open();
    const changing = microphone.reopen();
    microphone.close();
    await changing;
    expect(media.open).toEqual([]);
    expect(changes).toEqual([]);
  });

  test("noise suppression is switched in the same way", async () => {
    await microphone.open();
    expect(media.opened[0]?.wish.noiseSuppression).toBe(true);
    await setNoiseSuppression(false);
    expect(noiseSuppression()).toBe(false);
    expect(media.opened[1]?.wish.noiseSuppression).toBe(false);
    expect(media.open).toHaveLength(1);
  });

  test("nothing is opened where none was open", async () => {
    await microphone.reopen();
    expect(media.opened).toEqual([]);
  });
});

describe("plugging and unplugging", () => {
  const follow = async () => {
    const notices: DeviceNotice[] = [];
    await followDevices((_, notice) => notices.push(notice));
    return notices;
  };

  test("falls back, and returns to the chosen one by its label", async () => {
    prefer("microphone", "in0", "Jabra");
    expect(await follow()).toEqual([]);
    const [jabra, builtIn] = media.devices;
    media.devices = builtIn ? [builtIn] : [];
    expect(await follow()).toEqual([{ device: "microphone", change: "fallback", label: "Jabra" }]);
    expect(inUse("microphone")).toBe("");
    expect(await follow()).toEqual([]);
    if (jabra) media.devices.push({ ...jabra, deviceId: "in7" });
    expect(await follow()).toEqual([{ device: "microphone", change: "back", label: "Jabra" }]);
    expect(inUse("microphone")).toBe("in7");
    expect(preferred("microphone")).toBe("in7");
  });

  test("the system's own choice is never missed", async () => {
    media.devices = [];
    expect(await follow()).toEqual([]);
  });
});
