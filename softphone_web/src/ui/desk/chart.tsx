/** A small chart of one value over days; the table below the charts says the same in figures. */
import { type PointerEvent, useLayoutEffect, useRef, useState } from "react";
import classes from "./chart.module.css";
import { labelledDays, type Point, type Scale, share, stretches } from "./chart-scale";

interface ChartProps {
  title: string;
  unit: string;
  /** The chart in one sentence, for who does not see it. */
  summary: string;
  points: readonly Point[];
  /** Days shown. */
  total: number;
  scale: Scale;
  /** From where to where a value is good. */
  good: readonly [number, number];
  tone: (value: number) => "good" | "fair" | "bad";
  valueName: (value: number) => string;
  dayName: (index: number) => string;
  /** In pixels; it is as wide as there is room. */
  height: number;
}

const LEFT = 30;
const RIGHT = 8;
const TOP = 20;
const BOTTOM = 20;

/** Days without calls up to which two points still belong together (a weekend, a day off). */
const GAP = 4;

/** How wide the drawing is, so that its letters are as large as all others. */
function useWidth() {
  const drawing = useRef<SVGSVGElement>(null);
  const [width, setWidth] = useState(280);
  useLayoutEffect(() => {
    const element = drawing.current;
    if (!element) return;
    const look = () => setWidth(Math.max(160, Math.round(element.getBoundingClientRect().width)));
    look();
    const watch = new ResizeObserver(look);
    watch.observe(element);
    return () => watch.disconnect();
  }, []);
  return [drawing, width] as const;
}

export function Chart(props: ChartProps) {
  const { title, unit, summary, points, total, scale, good, tone, valueName, dayName } = props;
  const { height } = props;
  const [drawing, width] = useWidth();
  // Many days on little room get small dots.
  const radius = width / total > 14 ? 4 : 3;
  const [near, setNear] = useState<Point | null>(null);
  const x = (index: number) => LEFT + ((index + 0.5) / total) * (width - LEFT - RIGHT);
  const y = (value: number) => height - BOTTOM - share(scale, value) * (height - TOP - BOTTOM);
  const look = (event: PointerEvent<SVGSVGElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const at = ((event.clientX - box.left) / box.width) * width;
    const sorted = [...points].sort(
      (a, b) => Math.abs(x(a.index) - at) - Math.abs(x(b.index) - at),
    );
    setNear(sorted[0] ?? null);
  };
  const anchor = (index: number) => {
    if (x(index) > width * 0.82) return "end";
    return x(index) < width * 0.18 ? "start" : "middle";
  };
  return (
    <figure className={classes.figure}>
      <figcaption>
        <strong>{title}</strong>
        <span>{unit}</span>
      </figcaption>
      <svg
        ref={drawing}
        height={height}
        className={`${classes.chart} tabular`}
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={summary}
        onPointerMove={look}
        onPointerDown={look}
        onPointerLeave={() => setNear(null)}
      >
        <rect
          className={classes.good}
          x={LEFT}
          width={width - LEFT - RIGHT}
          y={y(good[1])}
          height={Math.max(0, y(good[0]) - y(good[1]))}
          rx={4}
        />
        {scale.ticks.map((tick) => (
          <g key={tick}>
            <line className={classes.grid} x1={LEFT} x2={width - RIGHT} y1={y(tick)} y2={y(tick)} />
            <text x={LEFT - 7} y={y(tick) + 4} textAnchor="end">
              {valueName(tick)}
            </text>
          </g>
        ))}
        {labelledDays(total, Math.round(width / 90)).map((index) => (
          <text key={index} x={x(index)} y={height - 3} textAnchor={anchor(index)}>
            {dayName(index)}
          </text>
        ))}
        {near ? (
          <line
            className={classes.cursor}
            x1={x(near.index)}
            x2={x(near.index)}
            y1={TOP}
            y2={height - BOTTOM}
          />
        ) : null}
        {stretches(points, GAP).map((line) => (
          <polyline
            key={line[0]?.index}
            className={classes.line}
            points={line.map(({ index, value }) => `${x(index)},${y(value)}`).join(" ")}
          />
        ))}
        {points.map(({ index, value }) => (
          <circle
            key={index}
            className={classes.dot}
            data-tone={tone(value)}
            cx={x(index)}
            cy={y(value)}
            r={near?.index === index ? radius + 2 : radius}
          />
        ))}
        {near ? (
          <text className={classes.tip} x={x(near.index)} y={12} textAnchor={anchor(near.index)}>
            {dayName(near.index)} · {valueName(near.value)}
          </text>
        ) : null}
      </svg>
    </figure>
  );
}
