/** The STUN and TURN servers of the exchange, asked for in time and never waited for long. */
import type { IceServers } from "../api/types";
import type { Timers } from "./types";

/** Without an answer the call goes without them. */
const PATIENCE_MS = 600;
/** Credentials must outlive the call's beginning by far. */
const MARGIN_SECONDS = 60;

export class IceCache {
  private known: { servers: readonly RTCIceServer[]; until: number } | null = null;
  private asking: Promise<void> | null = null;

  constructor(
    private readonly ask: () => Promise<IceServers>,
    private readonly timers: Timers,
  ) {}

  /** What is known, asked for anew shortly before it is stale. Never rejects. */
  async get(): Promise<readonly RTCIceServer[]> {
    const fresh = this.known !== null && this.known.until > this.timers.now();
    if (!fresh) await this.refresh();
    return this.known?.servers ?? [];
  }

  /** Credentials belong to a session. */
  forget(): void {
    this.known = null;
  }

  private async refresh(): Promise<void> {
    this.asking ??= this.learn().finally(() => {
      this.asking = null;
    });
    const patience = new Promise<void>((resolve) => {
      this.timers.after(PATIENCE_MS, resolve);
    });
    await Promise.race([this.asking, patience]);
  }

  private async learn(): Promise<void> {
    try {
      const { servers, ttl_seconds } = await this.ask();
      const seconds = Math.max(ttl_seconds / 2, ttl_seconds - MARGIN_SECONDS);
      this.known = {
        servers: servers.map(asBrowser),
        until: this.timers.now() + seconds * 1000,
      };
    } catch {
      // What was known before is better than nothing.
    }
  }
}

function asBrowser(server: IceServers["servers"][number]): RTCIceServer {
  const { urls, username, credential } = server;
  return {
    urls,
    ...(username ? { username } : {}),
    ...(credential ? { credential } : {}),
  };
}
