/**
 * The legs of all my calls in this browser: one a call, one microphone for all.
 *
 * A held call's leg stays up, parked by the exchange, so that swapping needs no new one.
 */
import type { Call } from "../api/types";
import { type LegState, meaning } from "./call-state";
import { type KeeperOptions, LegKeeper } from "./leg-keeper";
import type { Marks, TabLock } from "./types";

export interface LegsOptions extends Omit<KeeperOptions, "onTaken"> {
  tab: TabLock;
  marks: Marks;
}

export class Legs {
  private readonly keepers = new Map<string, LegKeeper>();

  constructor(private readonly options: LegsOptions) {
    options.microphone.onChange((stream) => this.talkThrough(stream));
    options.microphone.onLost((state) => {
      if (this.carrying) options.onMicrophoneTrouble(state);
    });
  }

  /** Whether this tab of this browser carries the sound of any call. */
  get carrying(): boolean {
    return [...this.keepers.values()].some((each) => CARRYING.includes(each.state));
  }

  get states(): Record<string, LegState> {
    return Object.fromEntries([...this.keepers].map(([id, each]) => [id, each.state]));
  }

  state(id: string | undefined): LegState {
    return this.get(id)?.state ?? "none";
  }

  get(id: string | undefined): LegKeeper | null {
    return (id ? this.keepers.get(id) : null) ?? null;
  }

  /** A leg is about to be needed: what it takes is fetched before. */
  prepare(): void {
    const { voice, iceServers } = this.options;
    for (const part of [voice(), iceServers()]) part.catch(() => undefined);
  }

  /**
   * Sees to it that the leg of `call` is where it belongs. `undecided`: a request is under
   * way whose answer will tell whether an unknown call belongs here.
   */
  arrange(call: Call, undecided: boolean): void {
    const { marks, tab } = this.options;
    if (!meaning(call.state).needsLeg || !(call.voice || this.keepers.has(call.id))) return;
    if (tab.held && marks.has(call.id)) this.carry(call);
    else if (!undecided) this.leave(call);
    this.keepers.get(call.id)?.update(call);
  }

  carry(call: Call): void {
    const keeper = this.keeper(call);
    keeper.mute(this.options.marks.muted);
    keeper.want(call);
  }

  /** The call is over, or no concern of mine any more. */
  release(id: string): void {
    const keeper = this.keepers.get(id);
    this.keepers.delete(id);
    keeper?.release();
    this.rest();
  }

  releaseAll(): void {
    for (const id of [...this.keepers.keys()]) this.release(id);
    this.rest();
  }

  hurry(): void {
    for (const keeper of this.keepers.values()) keeper.hurry();
  }

  /** Mutes the microphone, for all calls and in all tabs. */
  mute(on: boolean): void {
    this.options.marks.muted = on;
    this.applyMute();
    this.options.onChange();
  }

  applyMute(): void {
    for (const keeper of this.keepers.values()) keeper.mute(this.options.marks.muted);
  }

  private leave(call: Call): void {
    this.keeper(call).leave(call);
    this.rest();
  }

  private keeper(call: Call): LegKeeper {
    const known = this.keepers.get(call.id);
    if (known) return known;
    const { marks } = this.options;
    const made = new LegKeeper(
      {
        ...this.options,
        onTaken: (id) => {
          marks.remove(id);
          // Once the keeper has let go.
          queueMicrotask(() => this.rest());
        },
      },
      call,
    );
    this.keepers.set(call.id, made);
    return made;
  }

  private async talkThrough(stream: MediaStream): Promise<void> {
    const keepers = [...this.keepers.values()];
    await Promise.all(keepers.map((each) => each.talkThrough(stream)));
    this.applyMute();
  }

  /** The microphone's light goes off where nothing needs it. */
  private rest(): void {
    if (!this.carrying) this.options.microphone.close();
  }
}

const CARRYING: readonly LegState[] = ["joining", "up", "lost"];
