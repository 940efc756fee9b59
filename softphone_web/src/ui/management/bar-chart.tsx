/** Calls of each day as bars: answered below, not taken above; the table says the same. */
import { type PointerEvent, useLayoutEffect, useRef, useState } from "react";
import type { Sums } from "../../api/types";
import { labelledDays, scaleTo, share } from "../desk/chart-scale";
import classes from "./charts.module.css";
import { unanswered } from "./statistics";

const LEFT = 36;
const RIGHT = 6;
const TOP = 20;
const BOTTOM = 20;
const HEIGHT = 210;

interface BarChartProps {
  days: readonly Sums[];
  /** The chart in one sentence, for who does not see it. */
  summary: string;
  dayName: (key: string) => string;
  /** What is shown of the day under the pointer. */
  tip: (day: Sums) => string;
}

/** How wide the drawing is, so that its letters are as large as all others. */
function useWidth() {
  const drawing = useRef<SVGSVGElement>(null);
  const [width, setWidth] = useState(320);
  useLayoutEffect(() => {
    const element = drawing.current;
    if (!element) return;
    const look = () => setWidth(Math.max(200, Math.round(element.getBoundingClientRect().width)));
    look();
    const watch = new ResizeObserver(look);
    watch.observe(element);
    return () => watch.disconnect();
  }, []);
  return [drawing, width] as const;
}

export function BarChart({ days, summary, dayName, tip }: BarChartProps) {
  const [drawing, width] = useWidth();
  const [near, setNear] = useState<number | null>(null);
  const scale = scaleTo(Math.max(0, ...days.map(({ calls }) => calls)), 4);
  const step = (width - LEFT - RIGHT) / days.length;
  const bar = Math.max(1, Math.min(26, step * 0.72));
  const y = (value: number) => HEIGHT - BOTTOM - share(scale, value) * (HEIGHT - TOP - BOTTOM);
  const x = (index: number) => LEFT + (index + 0.5) * step;
  const anchor = (index: number) => {
    if (x(index) > width * 0.75) return "end";
    return x(index) < width * 0.25 ? "start" : "middle";
  };
  const look = (event: PointerEvent<SVGSVGElement>) => {
    const at = event.clientX - event.currentTarget.getBoundingClientRect().left;
    setNear(Math.min(days.length - 1, Math.max(0, Math.floor((at - LEFT) / step))));
  };
  const shown = near === null ? undefined : days[near];
  return (
    <svg
      ref={drawing}
      height={HEIGHT}
      className={`${classes.bars} tabular`}
      viewBox={`0 0 ${width} ${HEIGHT}`}
      role="img"
      aria-label={summary}
      onPointerMove={look}
      onPointerDown={look}
      onPointerLeave={() => setNear(null)}
    >
      {scale.ticks.map((tick) => (
        <g key={tick}>
          <line className={classes.grid} x1={LEFT} x2={width - RIGHT} y1={y(tick)} y2={y(tick)} />
          <text x={LEFT - 7} y={y(tick) + 4} textAnchor="end">
            {tick}
          </text>
        </g>
      ))}
      {days.map((day, index) => {
        const parts = [day.answered, unanswered(day), day.missed];
        let below = 0;
        return parts.map((value, part) => {
          const from = below;
          below += value;
          return value > 0 ? (
            <rect
              // biome-ignore lint/suspicious/noArrayIndexKey: each bar has the same three parts
              key={`${day.key} ${part}`}
              className={classes.bar}
              data-part={part}
              data-near={near === index || undefined}
              x={x(index) - bar / 2}
              width={bar}
              y={y(below)}
              height={Math.max(0.5, y(from) - y(below))}
            />
          ) : null;
        });
      })}
      {labelledDays(days.length, Math.max(1, Math.round(width / 110))).map((index) => (
        <text key={index} x={x(index)} y={HEIGHT - 3} textAnchor={anchor(index)}>
          {dayName(days[index]?.key ?? "")}
        </text>
      ))}
      {shown && near !== null ? (
        <text className={classes.tip} x={x(near)} y={12} textAnchor={anchor(near)}>
          {tip(shown)}
        </text>
      ) : null}
    </svg>
  );
}
