/** The check before work in a real browser: microphone, echo, relay, line. Loaded when needed. */
import type { Api } from "../api/client";
import { inUse } from "./devices";
import { type Echo, type Look, type PreshiftPorts, TEST_TONES, tonesFound } from "./preshift";
import { loudness } from "./speech-meter";
import { between, type Interval, type LegSample } from "./stats";
import type { Microphone, VoiceClient, VoiceLeg } from "./types";

const LISTEN_MS = 4_000;
/** Loud enough: nobody has to go on speaking. */
const CLEAR_DB = -30;
const LOOK_MS = 40;
const UP_MS = 6_000;
const TONE_MS = 280;
/** Tones are repeated until they are found, as a browser may need a moment to hear at all. */
const ROUNDS = 3;
const MEASURE_MS = 5_000;
const SAMPLE_MS = 500;
const RELAY_MS = 5_000;
/** At the least that a conversation needs, the probe takes this long. */
const PROBE_MS = 11_000;
const PROBE_BYTES = 64 * 1024;
const SOUND_DB = -55;

export interface PreshiftParts {
  api: Pick<Api, "startCheck" | "probeDown" | "probeUp">;
  microphone: Microphone;
  voice: () => Promise<VoiceClient>;
  iceServers: () => Promise<readonly RTCIceServer[]>;
  /** A call under way keeps the microphone. */
  inCall: () => boolean;
}

export function browserPreshift(parts: PreshiftParts): PreshiftPorts {
  return {
    level: (signal) => level(parts, signal),
    echo: (signal) => echo(parts, signal),
    relay: async (signal) => relay(await parts.iceServers(), signal),
    bandwidth: (signal) => bandwidth(parts, signal),
    notifications: () => "Notification" in window && Notification.permission === "granted",
  };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}

async function level({ microphone, inCall }: PreshiftParts, signal: AbortSignal): Promise<number> {
  const stream = await microphone.open();
  const context = new AudioContext();
  try {
    const analyser = new AnalyserNode(context, { fftSize: 2048 });
    context.createMediaStreamSource(stream).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    let loudest = Number.NEGATIVE_INFINITY;
    const until = performance.now() + LISTEN_MS;
    while (performance.now() < until && loudest < CLEAR_DB) {
      await pause(LOOK_MS, signal);
      analyser.getFloatTimeDomainData(samples);
      loudest = Math.max(loudest, loudness(samples));
    }
    return loudest;
  } finally {
    void context.close();
    if (!inCall()) microphone.close();
  }
}

// ---------------------------------------------------------------- echo

async function echo(parts: PreshiftParts, signal: AbortSignal): Promise<Echo> {
  const [{ voice }, client, servers] = await Promise.all([
    parts.api.startCheck(),
    parts.voice(),
    parts.iceServers(),
  ]);
  const context = new AudioContext();
  const mouth = new MediaStreamAudioDestinationNode(context);
  const ear = new Audio();
  let leg: VoiceLeg | null = null;
  try {
    // A browser hides its addresses from pages that have no microphone open.
    await parts.microphone.open();
    const sound = await new Promise<MediaStream>((resolve, reject) => {
      let stream: MediaStream | null = null;
      let up = false;
      const fail = (reason: unknown) => reject(reason);
      // In either order.
      const look = () => {
        if (stream && up) resolve(stream);
      };
      leg = client.join(
        voice,
        mouth.stream,
        {
          onSound: (heard) => {
            stream = heard;
            look();
          },
          onUp: () => {
            up = true;
            look();
          },
          onShaky: fail,
          onGone: (_, reason) => fail(new Error(reason)),
        },
        servers,
      );
      pause(UP_MS, signal).then(() => fail(new Error("not up")), fail);
    });
    if (!leg) throw new Error("no leg");
    // The browser only decodes what somebody plays; and the user hears the tones.
    ear.srcObject = sound;
    ear.volume = 0.5;
    void (ear as HTMLAudioElement & { setSinkId?: (id: string) => Promise<void> })
      .setSinkId?.(inUse("speaker"))
      .catch(() => undefined);
    void ear.play().catch(() => undefined);
    return await listenFor(context, mouth, sound, leg, signal);
  } finally {
    (leg as VoiceLeg | null)?.drop();
    if (!parts.inCall()) parts.microphone.close();
    ear.srcObject = null;
    void context.close();
  }
}

async function listenFor(
  context: AudioContext,
  mouth: AudioNode,
  sound: MediaStream,
  leg: VoiceLeg,
  signal: AbortSignal,
): Promise<Echo> {
  const analyser = new AnalyserNode(context, { fftSize: 2048, smoothingTimeConstant: 0 });
  context.createMediaStreamSource(sound).connect(analyser);
  const intervals: Interval[] = [];
  let before: { sample: LegSample; at: number } | null = null;
  let roundTripMs: number | null = null;
  let looks: Look[] = [];
  let began = Number.NEGATIVE_INFINITY;
  let rounds = 0;
  const until = performance.now() + MEASURE_MS;
  while (performance.now() < until) {
    const now = performance.now();
    const over = now - began > TONE_MS * TEST_TONES.length + 700;
    if (roundTripMs === null && over && rounds < ROUNDS) {
      rounds += 1;
      began = now;
      looks = [];
      play(context, mouth);
    }
    if (now - (before?.at ?? 0) >= SAMPLE_MS) before = await measure(leg, before, intervals);
    await pause(LOOK_MS, signal);
    looks.push({ at: performance.now(), hertz: strongest(context, analyser) });
    const back: number | null = roundTripMs === null ? tonesFound(looks, TEST_TONES) : null;
    if (back !== null) roundTripMs = back - began;
  }
  const relayed = intervals.at(-1)?.relay;
  return {
    heard: roundTripMs !== null,
    roundTripMs,
    way: intervals.length === 0 ? null : relayed ? "relay" : "direct",
    intervals,
  };
}

async function measure(
  leg: VoiceLeg,
  before: { sample: LegSample; at: number } | null,
  into: Interval[],
): Promise<{ sample: LegSample; at: number } | null> {
  const sample = await leg.sample();
  const at = performance.now();
  if (!sample) return before;
  const interval = before ? between(before.sample, sample, at - before.at) : null;
  if (interval) into.push(interval);
  return { sample, at };
}

function play(context: AudioContext, into: AudioNode): void {
  TEST_TONES.forEach((frequency, n) => {
    const oscillator = new OscillatorNode(context, { frequency });
    const gain = new GainNode(context, { gain: 0.4 });
    oscillator.connect(gain).connect(into);
    const start = context.currentTime + (n * TONE_MS) / 1000;
    oscillator.start(start);
    oscillator.stop(start + TONE_MS / 1000);
  });
}

function strongest(context: AudioContext, analyser: AnalyserNode): number | null {
  const bins = new Float32Array(analyser.frequencyBinCount);
  analyser.getFloatFrequencyData(bins);
  let top = 1;
  for (let n = 2; n < bins.length; n += 1) if ((bins[n] ?? -200) > (bins[top] ?? -200)) top = n;
  if ((bins[top] ?? -200) < SOUND_DB) return null;
  return (top * context.sampleRate) / analyser.fftSize;
}

// ---------------------------------------------------------------- network

async function relay(
  servers: readonly RTCIceServer[],
  signal: AbortSignal,
): Promise<boolean | null> {
  const urls = (server: RTCIceServer) => [server.urls].flat().filter((url) => /^turns:/.test(url));
  const relays = servers
    .map((server) => ({ ...server, urls: urls(server) }))
    .filter((server) => server.urls.length > 0);
  if (relays.length === 0) return null;
  const connection = new RTCPeerConnection({ iceServers: relays, iceTransportPolicy: "relay" });
  try {
    const reached = new Promise<boolean>((resolve) => {
      connection.onicecandidate = ({ candidate }) => {
        if (candidate?.type === "relay") resolve(true);
        else if (!candidate) resolve(false);
      };
    });
    connection.createDataChannel("check");
    await connection.setLocalDescription(await connection.createOffer());
    return await Promise.race([reached, pause(RELAY_MS, signal).then(() => false)]);
  } finally {
    connection.close();
  }
}

async function bandwidth(
  { api }: PreshiftParts,
  signal: AbortSignal,
): Promise<{ down: number; up: number }> {
  const down = await timed(signal, (patience) => api.probeDown(patience));
  const noise = new Blob([crypto.getRandomValues(new Uint8Array(PROBE_BYTES))]);
  const up = await timed(signal, async (patience) => {
    await api.probeUp(noise, patience);
    return PROBE_BYTES;
  });
  return { down, up };
}

/** Kilobits in a second; 0 where it took too long. */
async function timed(
  signal: AbortSignal,
  transfer: (signal: AbortSignal) => Promise<number>,
): Promise<number> {
  const began = performance.now();
  const patience = AbortSignal.timeout(PROBE_MS);
  try {
    const bytes = await transfer(AbortSignal.any([signal, patience]));
    return (bytes * 8) / Math.max(1, performance.now() - began);
  } catch (error) {
    if (patience.aborted && !signal.aborted) return 0;
    throw error;
  }
}
