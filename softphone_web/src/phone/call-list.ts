/** My open calls and those that ring at me; everything that follows from them is computed here. */
import type { Call } from "../api/types";
import { activeOf, isOlder, merge } from "./call-state";
import type { Timers } from "./types";

const byAge = (a: Call, b: Call) => a.offered_at.localeCompare(b.offered_at);

export class CallList {
  /** Oldest first. */
  calls: readonly Call[] = [];
  rings: readonly Call[] = [];
  /** The one on stage. */
  active: Call | null = null;
  receivedAt: Readonly<Record<string, number>> = {};
  /** Calls that are over for me: late news must not bring them back. */
  private readonly over = new Map<string, "ended" | "handed-over" | "declined">();

  constructor(private readonly timers: Timers) {}

  call(id: string): Call | null {
    return this.calls.find((each) => each.id === id) ?? null;
  }

  ring(id: string): Call | null {
    return this.rings.find((each) => each.id === id) ?? null;
  }

  isOver(id: string): boolean {
    return this.over.has(id);
  }

  /** Whether a new offer of the call is no old news: colleagues may hand it back to me. */
  mayRing(id: string): boolean {
    const why = this.over.get(id);
    return !this.call(id) && (why === undefined || why === "handed-over");
  }

  /** Whether it is a new one. */
  offer(news: Call): boolean {
    const known = this.ring(news.id);
    this.over.delete(news.id);
    this.rings = [...without(this.rings, news.id), merge(known, news)].sort(byAge);
    return known === null;
  }

  unring(id: string): void {
    this.rings = without(this.rings, id);
  }

  /** The server may be another one than before: its revisions start anew. */
  startRevisions(): void {
    const anew = (call: Call) => ({ ...call, revision: 0 });
    this.become(this.calls.map(anew));
    this.rings = this.rings.map(anew);
  }

  wasHandedOver(id: string): boolean {
    return this.over.get(id) === "handed-over";
  }

  /** A call that I had handed over is mine again. */
  takeBack(id: string): void {
    this.over.delete(id);
  }

  put(news: Call): void {
    const known = this.call(news.id);
    const call = merge(known, news);
    if (!known || !isOlder(known, news)) {
      this.receivedAt = { ...this.receivedAt, [news.id]: this.timers.now() };
    }
    this.become([...without(this.calls, news.id), call].sort(byAge));
  }

  /** The call as it ended; nothing more is heard of it. */
  finish(news: Call): Call {
    const ended = merge(this.call(news.id), news);
    this.over.set(news.id, news.state === "transferred" ? "handed-over" : "ended");
    const { [news.id]: _, ...rest } = this.receivedAt;
    this.receivedAt = rest;
    this.become(without(this.calls, news.id));
    return ended;
  }

  /** Nothing more is heard of this offer. */
  decline(id: string): void {
    this.over.set(id, "declined");
    this.unring(id);
  }

  /** The server knows that I declined; it may offer the call again. */
  forgive(id: string): void {
    if (this.over.get(id) === "declined") this.over.delete(id);
  }

  private become(calls: readonly Call[]): void {
    this.calls = calls;
    this.active = activeOf(calls);
  }
}

function without(calls: readonly Call[], id: string): readonly Call[] {
  return calls.filter((each) => each.id !== id);
}
