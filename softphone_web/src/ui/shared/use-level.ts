import { useEffect, useState } from "react";
import { useServices } from "./services";

/** How loud the microphone is, 0 to 1, while this is shown. */
export function useLevel(device: string): number {
  const { microphone, phone } = useServices();
  const [level, setLevel] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another device is another stream
  useEffect(() => {
    let context: AudioContext | null = null;
    let frame = 0;
    let gone = false;
    microphone.open().then(
      (stream) => {
        if (gone) return;
        context = new AudioContext();
        const analyser = new AnalyserNode(context, { fftSize: 1024 });
        context.createMediaStreamSource(stream).connect(analyser);
        const samples = new Float32Array(analyser.fftSize);
        const look = () => {
          analyser.getFloatTimeDomainData(samples);
          const peak = samples.reduce((most, each) => Math.max(most, Math.abs(each)), 0);
          setLevel((old) => Math.max(Math.min(1, peak * 1.6), old * 0.9));
          frame = requestAnimationFrame(look);
        };
        look();
      },
      () => undefined,
    );
    return () => {
      gone = true;
      cancelAnimationFrame(frame);
      void context?.close();
      // A call under way needs the microphone further on.
      if (!phone.snapshot().call) microphone.close();
    };
  }, [microphone, phone, device]);
  return level;
}
