/** Plays one message at a time, through the chosen speaker, and never into a call. */
import { useEffect, useRef, useState } from "react";
import { applySpeaker } from "../shared/remote-audio";
import { usePhone } from "../shared/services";

const RATES: readonly number[] = [1, 1.5, 2];

export interface Player {
  /** Id of the message that is loaded. */
  id: string | null;
  playing: boolean;
  /** Second that is played. */
  at: number;
  rate: number;
  broken: boolean;
  toggle: (id: string, url: string) => void;
  seek: (id: string, url: string, second: number) => void;
  nextRate: () => void;
}

interface Playing {
  id: string | null;
  playing: boolean;
  at: number;
  broken: boolean;
}

const SILENT: Playing = { id: null, playing: false, at: 0, broken: false };

/** `onHeard` runs when a message begins to be heard. */
export function usePlayer(onHeard: (id: string) => void): Player {
  const { call, ring } = usePhone();
  const element = useRef<HTMLAudioElement | null>(null);
  const [state, setState] = useState<Playing>(SILENT);
  const [rate, setRate] = useState(1);
  const heard = useRef(onHeard);
  heard.current = onHeard;

  useEffect(() => {
    const audio = new Audio();
    audio.preload = "metadata";
    element.current = audio;
    const part = (next: Partial<Playing>) => setState((before) => ({ ...before, ...next }));
    audio.onplay = () => part({ playing: true, broken: false });
    audio.onpause = () => part({ playing: false });
    audio.ontimeupdate = () => part({ at: audio.currentTime });
    audio.onended = () => part({ playing: false, at: 0 });
    audio.onerror = () => part({ playing: false, broken: true });
    return () => {
      audio.onerror = null;
      audio.pause();
      audio.removeAttribute("src");
      audio.load();
    };
  }, []);

  // Whoever calls, or is being talked to, is more important.
  const busy = call !== null || ring !== null;
  useEffect(() => {
    if (busy) element.current?.pause();
  }, [busy]);

  /** The element with this message in it. */
  const loaded = (id: string, url: string): HTMLAudioElement | null => {
    const audio = element.current;
    if (!audio || state.id === id) return audio;
    audio.src = url;
    applySpeaker(audio);
    setState({ ...SILENT, id });
    return audio;
  };
  const start = (audio: HTMLAudioElement, id: string) => {
    audio.playbackRate = rate;
    audio.play().then(
      () => heard.current(id),
      // A pause before it began is no failure; a real one is told by `onerror`.
      () => undefined,
    );
  };
  return {
    ...state,
    rate,
    toggle: (id, url) => {
      const audio = loaded(id, url);
      if (!audio) return;
      if (!audio.paused) return audio.pause();
      start(audio, id);
    },
    seek: (id, url, second) => {
      const audio = loaded(id, url);
      if (!audio) return;
      audio.currentTime = second;
      setState((before) => ({ ...before, id, at: second }));
    },
    nextRate: () => {
      const next = RATES[(RATES.indexOf(rate) + 1) % RATES.length] ?? 1;
      setRate(next);
      if (element.current) element.current.playbackRate = next;
    },
  };
}
