/** What was measured over a whole call, for its report. Pure. */
import type { QualityReport } from "../api/types";
import type { Interval } from "./stats";

/** Sums over the call so far; plain data, so that it survives a reload. */
export interface Tally {
  seconds: number;
  mos: number;
  worstMos: number;
  jitter: number;
  rtt: number;
  rttSeconds: number;
  loss: number;
  relay: boolean;
  network: string;
  silentSeconds: number;
  rejoins: number;
}

export const EMPTY: Tally = {
  seconds: 0,
  mos: 0,
  worstMos: 5,
  jitter: 0,
  rtt: 0,
  rttSeconds: 0,
  loss: 0,
  relay: false,
  network: "",
  silentSeconds: 0,
  rejoins: 0,
};

export function added(tally: Tally, interval: Interval, mos: number): Tally {
  const { seconds, rttMs } = interval;
  return {
    ...tally,
    seconds: tally.seconds + seconds,
    mos: tally.mos + mos * seconds,
    worstMos: Math.min(tally.worstMos, mos),
    jitter: tally.jitter + interval.jitterMs * seconds,
    rtt: tally.rtt + (rttMs ?? 0) * seconds,
    rttSeconds: tally.rttSeconds + (rttMs === null ? 0 : seconds),
    loss: tally.loss + interval.lossPercent * seconds,
    relay: tally.relay || interval.relay,
    network: interval.network || tally.network,
  };
}

const NETWORKS = ["ethernet", "wifi", "cellular", "vpn"] as const;

function networkOf(name: string): NonNullable<QualityReport["network"]> {
  if (name === "") return "";
  return NETWORKS.find((each) => name.startsWith(each)) ?? "unknown";
}

const round = (value: number): number => Math.round(value * 100) / 100;

/** Null where too little was measured to say anything. */
export function reportOf(tally: Tally, microphone: string): QualityReport | null {
  const { seconds } = tally;
  if (seconds < 1) return null;
  return {
    seconds: round(seconds),
    mos: round(tally.mos / seconds),
    worst_mos: round(Math.min(tally.worstMos, tally.mos / seconds)),
    jitter_ms: round(Math.min(60_000, tally.jitter / seconds)),
    rtt_ms: tally.rttSeconds > 0 ? round(Math.min(60_000, tally.rtt / tally.rttSeconds)) : null,
    loss_percent: round(tally.loss / seconds),
    relay: tally.relay,
    network: networkOf(tally.network),
    microphone: microphone.slice(0, 200),
    silent_seconds: round(tally.silentSeconds),
    rejoins: tally.rejoins,
  };
}
