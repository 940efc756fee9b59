/**
 * Small flags drawn from stripes and crosses, because some systems show no flag emoji.
 * A country without a drawing gets its code.
 */
import classes from "./flag.module.css";

type Drawing =
  | { kind: "rows" | "columns"; colours: readonly string[] }
  | { kind: "cross"; ground: string; outer: string; inner?: string; swiss?: boolean };

const DRAWINGS: Record<string, Drawing> = {
  DE: { kind: "rows", colours: ["#1b1b1b", "#d5212e", "#f6c90e"] },
  AT: { kind: "rows", colours: ["#d5212e", "#fff", "#d5212e"] },
  CH: { kind: "cross", ground: "#d8232a", outer: "#fff", swiss: true },
  LI: { kind: "rows", colours: ["#1d3c8f", "#d5212e"] },
  FR: { kind: "columns", colours: ["#1d3f94", "#fff", "#d5212e"] },
  PL: { kind: "rows", colours: ["#fff", "#d5213c"] },
  IT: { kind: "columns", colours: ["#1a8a48", "#fff", "#cf2b37"] },
  NL: { kind: "rows", colours: ["#ae1c28", "#fff", "#21468b"] },
  BE: { kind: "columns", colours: ["#1b1b1b", "#f8d62c", "#d5212e"] },
  LU: { kind: "rows", colours: ["#e23a44", "#fff", "#3aa4dd"] },
  ES: { kind: "rows", colours: ["#c81d25", "#f4c20d", "#f4c20d", "#c81d25"] },
  IE: { kind: "columns", colours: ["#169b62", "#fff", "#ff883e"] },
  HU: { kind: "rows", colours: ["#cd2a3e", "#fff", "#436f4d"] },
  BG: { kind: "rows", colours: ["#fff", "#00966e", "#d62612"] },
  RO: { kind: "columns", colours: ["#1d3f94", "#f8d62c", "#ce1126"] },
  LT: { kind: "rows", colours: ["#fdb913", "#006a44", "#c1272d"] },
  LV: { kind: "rows", colours: ["#9e3039", "#9e3039", "#fff", "#9e3039", "#9e3039"] },
  EE: { kind: "rows", colours: ["#1791ff", "#1b1b1b", "#fff"] },
  UA: { kind: "rows", colours: ["#005bbb", "#ffd500"] },
  MC: { kind: "rows", colours: ["#d5212e", "#fff"] },
  DK: { kind: "cross", ground: "#c8102e", outer: "#fff" },
  SE: { kind: "cross", ground: "#1c5ba5", outer: "#ffcd00" },
  FI: { kind: "cross", ground: "#fff", outer: "#1b3f86" },
  NO: { kind: "cross", ground: "#ba0c2f", outer: "#fff", inner: "#1b3672" },
  IS: { kind: "cross", ground: "#1f4f9c", outer: "#fff", inner: "#d3202f" },
};

const W = 24;
const H = 16;

function Stripes({ kind, colours }: { kind: "rows" | "columns"; colours: readonly string[] }) {
  const n = colours.length;
  return colours.map((colour, index) => {
    const at = { key: `${index}${colour}`, fill: colour };
    return kind === "rows" ? (
      <rect {...at} key={at.key} x="0" y={(index * H) / n} width={W} height={H / n + 0.1} />
    ) : (
      <rect {...at} key={at.key} x={(index * W) / n} y="0" width={W / n + 0.1} height={H} />
    );
  });
}

function Cross({ ground, outer, inner, swiss }: Extract<Drawing, { kind: "cross" }>) {
  const bars = swiss
    ? "M10.4 4h3.2v2.4h2.4v3.2h-2.4V12h-3.2V9.6H8V6.4h2.4Z"
    : `M6 0h4v6h14v4H10v6H6v-6H0V6h6Z`;
  return (
    <>
      <rect width={W} height={H} fill={ground} />
      <path d={bars} fill={outer} />
      {inner ? <path d="M7.1 0h1.8v7.1H24v1.8H8.9V16H7.1V8.9H0V7.1h7.1Z" fill={inner} /> : null}
    </>
  );
}

export function Flag({ code }: { code: string }) {
  const drawing = DRAWINGS[code];
  if (!drawing) {
    return (
      <span className={classes.code} aria-hidden="true">
        {code}
      </span>
    );
  }
  return (
    <svg className={classes.flag} viewBox={`0 0 ${W} ${H}`} aria-hidden="true">
      {drawing.kind === "cross" ? <Cross {...drawing} /> : <Stripes {...drawing} />}
    </svg>
  );
}
