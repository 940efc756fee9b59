/** Hears whether somebody speaks into the microphone, also while it is muted. */

/** Decibels of full scale above which it is speech and no breath. */
const SPEECH_DB = -42;
const LOOK_MS = 100;
const WINDOW = 20;

/** Loudness of samples between -1 and 1, in decibels of full scale. */
export function loudness(samples: Float32Array): number {
  let sum = 0;
  for (const each of samples) sum += each * each;
  return 10 * Math.log10(sum / Math.max(1, samples.length) + 1e-12);
}

export class SpeechMeter {
  private readonly looks: boolean[] = [];
  private stopLooking: (() => void) | null = null;
  private listened: MediaStream | null = null;

  /** Milliseconds of speech in the last two seconds. */
  spokenMs = (): number => this.looks.filter(Boolean).length * LOOK_MS;

  /** Listens to `stream`, or to nothing. */
  listen(stream: MediaStream | null): void {
    if (stream === this.listened) return;
    this.listened = stream;
    this.stopLooking?.();
    this.stopLooking = stream ? this.look(stream) : null;
    this.looks.length = 0;
  }

  private look(stream: MediaStream): () => void {
    // A muted track gives silence; its copy does not have to be muted.
    const tracks = stream.getAudioTracks().map((track) => track.clone());
    for (const track of tracks) track.enabled = true;
    const context = new AudioContext();
    const analyser = new AnalyserNode(context, { fftSize: 2048 });
    context.createMediaStreamSource(new MediaStream(tracks)).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    const timer = setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      this.looks.push(loudness(samples) > SPEECH_DB);
      if (this.looks.length > WINDOW) this.looks.shift();
    }, LOOK_MS);
    return () => {
      clearInterval(timer);
      for (const track of tracks) track.stop();
      void context.close();
    };
  }
}
