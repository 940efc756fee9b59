/** Keypad tones in the order in which they were typed, none lost (RFC 4733). */

/** Long enough for every telephone system, short enough for fast typing. */
const TONE_MS = 100;
const GAP_MS = 70;

/** What is used of an `RTCDTMFSender`. */
export interface ToneSender {
  readonly canInsertDTMF: boolean;
  insertDTMF(tones: string, duration?: number, gap?: number): void;
  addEventListener(type: "tonechange", heard: (event: { tone: string }) => void): void;
}

/**
 * The browser's own queue is replaced by every `insertDTMF`, so it gets the next tones only
 * when it has sent all it had.
 */
export class ToneQueue {
  private waiting = "";
  /** Given to the browser and not begun yet. */
  private given = "";
  private playing = false;
  private held = false;

  constructor(private readonly sender: ToneSender) {
    sender.addEventListener("tonechange", ({ tone }) => this.played(tone));
  }

  /** False where this sender cannot. */
  send(digits: string): boolean {
    if (!this.sender.canInsertDTMF) return false;
    this.waiting += digits;
    this.next();
    return true;
  }

  /** Begins no more tones; another leg is to send them. */
  hold(): void {
    this.held = true;
    if (this.given === "") return;
    this.waiting = this.given + this.waiting;
    this.given = "";
    // The tone that sounds right now sounds to its end.
    this.sender.insertDTMF("");
  }

  get pending(): string {
    return this.given + this.waiting;
  }

  private played(tone: string): void {
    if (tone !== "") this.given = this.given.slice(1);
    else {
      this.playing = false;
      this.given = "";
      this.next();
    }
  }

  private next(): void {
    if (this.playing || this.held || this.waiting === "") return;
    this.playing = true;
    this.given = this.waiting;
    this.waiting = "";
    this.sender.insertDTMF(this.given, TONE_MS, GAP_MS);
  }
}
