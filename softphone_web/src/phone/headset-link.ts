/** Joins a headset's buttons and lights to the phone; the headset's part is loaded when needed. */
import type { Headset, HeadsetEvents, Hid } from "./headset";
import type { Phone } from "./phone";

const CONNECTED = "vermittlung.headset";

export class HeadsetLink {
  /** What the connected headset is called; empty without one. */
  name = "";
  private headset: Headset | null = null;
  private readonly listeners = new Set<() => void>();

  constructor(private readonly phone: Phone) {
    phone.subscribe(() => this.show());
  }

  get supported(): boolean {
    return hidOf() !== null;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  snapshot = (): string => this.name;

  /** Asks the user for a headset; call it from a click. */
  async connect(): Promise<void> {
    await this.open(true);
    if (this.headset) localStorage.setItem(CONNECTED, "1");
  }

  /** The headset of the last time, where the browser still allows it. */
  async reconnect(): Promise<void> {
    if (localStorage.getItem(CONNECTED)) await this.open(false);
  }

  async disconnect(): Promise<void> {
    localStorage.removeItem(CONNECTED);
    await this.headset?.close();
    this.become(null);
  }

  private async open(ask: boolean): Promise<void> {
    const hid = hidOf();
    if (!hid) return;
    const { openHeadset } = await import("./headset");
    const opened = await openHeadset(hid, this.events(), ask).catch(() => null);
    if (!opened) return;
    await this.headset?.close();
    this.become(opened);
    this.show();
  }

  private events(): HeadsetEvents {
    const { phone } = this;
    return {
      onHook: (offHook) => {
        const { ring, call } = phone.snapshot();
        if (offHook && ring) void phone.answer(null);
        else if (!offHook && call) void phone.hangUp();
      },
      onMute: () => phone.mute(!phone.snapshot().muted),
    };
  }

  private show(): void {
    const { ring, calls, muted, leader } = this.phone.snapshot();
    void this.headset?.show({
      ringing: ring !== null && leader,
      offHook: calls.length > 0 && leader,
      muted,
    });
  }

  private become(headset: Headset | null): void {
    this.headset = headset;
    this.name = headset?.name ?? "";
    for (const listener of this.listeners) listener();
  }
}

function hidOf(): Hid | null {
  return (navigator as { hid?: Hid }).hid ?? null;
}
