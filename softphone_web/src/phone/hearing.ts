/**
 * Whether sound that arrives is heard.
 *
 * When the source of a leg's sound changes, say from the ringing tone to the far party, the
 * RTP timestamps may jump back by a few seconds. A browser then takes every packet for one
 * that is too late, until the clock has caught up, and the VPA hears nothing. A new leg has
 * no such past.
 */

/** Counters of the receiver, as `getStats` gives them (`inbound-rtp`). */
export interface Heard {
  /** Packets that came too late to be played. */
  discarded: number;
  /** Samples that were played. */
  played: number;
}

/** Fewer are an ordinary hiccup of the network; 50 come in a second. */
const PACKETS = 6;

/** Nothing was played between the two looks although packets came in, and were thrown away. */
export function deaf(before: Heard | null, now: Heard | null): boolean {
  if (!before || !now) return false;
  return now.played === before.played && now.discarded - before.discarded >= PACKETS;
}

export function heardOf(report: RTCStatsReport): Heard | null {
  for (const entry of report.values()) {
    if (entry.type === "inbound-rtp" && entry.kind === "audio") {
      return {
        discarded: entry.packetsDiscarded ?? 0,
        played: entry.jitterBufferEmittedCount ?? 0,
      };
    }
  }
  return null;
}
