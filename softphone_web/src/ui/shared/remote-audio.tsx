/** The far party's sound. */
import { useEffect, useRef } from "react";
import { inUse } from "../../phone/devices";
import { usePhone } from "./services";
import { Value } from "./use-store";

/** The browser wants a click before it plays. */
export const soundBlocked = new Value(false);

type Sinkable = HTMLAudioElement & { setSinkId?: (id: string) => Promise<void> };

export function applySpeaker(element: HTMLAudioElement | null): void {
  const sink = element as Sinkable | null;
  sink?.setSinkId?.(inUse("speaker")).catch(() => undefined);
}

/** The element that plays the far party, where it is on the page. */
export function remoteAudio(): HTMLAudioElement | null {
  return document.querySelector("[data-testid=remote-audio]");
}

export function playSound(): void {
  remoteAudio()
    ?.play()
    .then(
      () => soundBlocked.set(false),
      (error: unknown) => {
        const blocked = error instanceof DOMException && error.name === "NotAllowedError";
        soundBlocked.set(blocked);
      },
    );
}

export function RemoteAudio() {
  const { sound } = usePhone();
  const ref = useRef<HTMLAudioElement>(null);
  useEffect(() => {
    const element = ref.current;
    if (!element || element.srcObject === sound) return;
    element.srcObject = sound;
    if (!sound) return soundBlocked.set(false);
    applySpeaker(element);
    playSound();
  }, [sound]);
  // biome-ignore lint/a11y/useMediaCaption: a telephone call has no captions
  return <audio ref={ref} data-testid="remote-audio" autoPlay />;
}
