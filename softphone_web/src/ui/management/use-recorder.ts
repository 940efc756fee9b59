/** Records the microphone after a countdown, up to a length, for listening and keeping. */
import { useCallback, useEffect, useRef, useState } from "react";
import { useServices } from "../shared/services";

const COUNTDOWN = 3;
const TYPES = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];

export type Recording =
  | { phase: "idle" }
  /** The microphone could not be opened. */
  | { phase: "failed" }
  | { phase: "countdown"; left: number }
  | { phase: "recording"; seconds: number };

interface Recorder {
  recording: Recording;
  start: () => void;
  /** Ends it; what was said goes to `onDone`. */
  finish: () => void;
}

const supported = () => TYPES.find((type) => MediaRecorder.isTypeSupported(type)) ?? "";

export function useRecorder(maxSeconds: number, onDone: (sound: Blob) => void): Recorder {
  const { microphone } = useServices();
  const [recording, setRecording] = useState<Recording>({ phase: "idle" });
  const recorder = useRef<MediaRecorder | null>(null);
  const timer = useRef(0);
  const gone = useRef(false);
  const done = useRef(onDone);
  done.current = onDone;

  useEffect(() => {
    gone.current = false;
    return () => {
      gone.current = true;
      clearInterval(timer.current);
      recorder.current?.stop();
    };
  }, []);

  const finish = useCallback(() => {
    clearInterval(timer.current);
    recorder.current?.stop();
    recorder.current = null;
    setRecording({ phase: "idle" });
  }, []);

  const begin = useCallback(
    (stream: MediaStream) => {
      const type = supported();
      const made = new MediaRecorder(stream, type ? { mimeType: type } : {});
      const parts: Blob[] = [];
      made.ondataavailable = (event) => parts.push(event.data);
      made.onstop = () => {
        if (!gone.current) done.current(new Blob(parts, { type: made.mimeType }));
      };
      recorder.current = made;
      made.start();
      const since = performance.now();
      setRecording({ phase: "recording", seconds: 0 });
      timer.current = window.setInterval(() => {
        const seconds = (performance.now() - since) / 1000;
        if (seconds >= maxSeconds) finish();
        else setRecording({ phase: "recording", seconds });
      }, 200);
    },
    [finish, maxSeconds],
  );

  const start = useCallback(() => {
    setRecording({ phase: "countdown", left: COUNTDOWN });
    microphone.open().then(
      (stream) => {
        if (gone.current) return;
        let left = COUNTDOWN;
        timer.current = window.setInterval(() => {
          left -= 1;
          if (left > 0) return setRecording({ phase: "countdown", left });
          clearInterval(timer.current);
          begin(stream);
        }, 1000);
      },
      () => setRecording({ phase: "failed" }),
    );
  }, [microphone, begin]);

  return { recording, start, finish };
}
