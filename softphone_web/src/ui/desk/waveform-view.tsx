/** The picture of a recording; a click or the arrow keys lead to any place in it. */
import { useQuery } from "@tanstack/react-query";
import { type PointerEvent, useId } from "react";
import { clock } from "../shared/format";
import { useServices } from "../shared/services";
import { waveformQuery } from "./queries";
import { barsOf, barsPath, keySecond, secondAt, stretched } from "./waveform";
import classes from "./waveform.module.css";
import { useWords } from "./words";

interface WaveformProps {
  voicemail: string;
  seconds: number;
  /** Second that is played. */
  at: number;
  onSeek: (second: number) => void;
}

const BARS = 96;
const WIDTH = 480;
const HEIGHT = 56;

export function Waveform({ voicemail, seconds, at, onSeek }: WaveformProps) {
  const w = useWords();
  const { api } = useServices();
  const id = useId();
  const { data } = useQuery(waveformQuery(api, voicemail));
  // Without a picture it is a plain line that can still be clicked.
  const path = barsPath(stretched(barsOf(data?.peaks ?? [], BARS)), WIDTH, HEIGHT);
  const played = seconds > 0 ? Math.min(1, at / seconds) * WIDTH : 0;
  const point = (event: PointerEvent<HTMLDivElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    onSeek(secondAt(event.clientX - box.left, box.width, seconds));
  };
  return (
    <div
      className={classes.wave}
      data-testid="message-waveform"
      data-waiting={data ? undefined : true}
      role="slider"
      tabIndex={0}
      aria-label={w("messages.position")}
      aria-valuemin={0}
      aria-valuemax={Math.round(seconds)}
      aria-valuenow={Math.round(at)}
      aria-valuetext={w("messages.at", { at: clock(at), of: clock(seconds) })}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        point(event);
      }}
      onPointerMove={(event) => {
        if (event.buttons === 1) point(event);
      }}
      onKeyDown={(event) => {
        const second = keySecond(event.key, at, seconds);
        if (second === null) return;
        event.preventDefault();
        onSeek(second);
      }}
    >
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
        <defs>
          <clipPath id={id}>
            <rect width={played} height={HEIGHT} />
          </clipPath>
        </defs>
        <path d={path} />
        <path d={path} className={classes.played} clipPath={`url(#${id})`} />
      </svg>
    </div>
  );
}
