/** How my calls sounded over weeks, what would help, and the check before work. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Language, QualityDiary } from "../../api/types";
import buttons from "../shared/button.module.css";
import { dayKey, moment } from "../shared/format";
import { Icon } from "../shared/icons";
import { Segments } from "../shared/segments";
import { useLanguage, useServices } from "../shared/services";
import { LoadFailed } from "../shared/trouble";
import { useStore } from "../shared/use-store";
import { Chart } from "./chart";
import { lastDays, MOS_SCALE, scaleTo } from "./chart-scale";
import { type Measure, pointsOf, summaryOf } from "./diary";
import { mosTone, mosWord } from "./mos";
import page from "./page.module.css";
import { Empty, PageHead } from "./parts";
import { PreshiftDialog, preshiftRecord, stateNow } from "./preshift";
import classes from "./quality-page.module.css";
import { diaryQuery } from "./queries";
import { useWords } from "./words";

const LOCALE: Record<Language, string> = { de: "de-DE", en: "en-GB" };
const PERIODS = ["14", "28", "90"] as const;
type Days = (typeof PERIODS)[number];

function dayShort(day: string, language: Language): string {
  return new Intl.DateTimeFormat(LOCALE[language], {
    timeZone: "UTC",
    day: "numeric",
    month: "numeric",
  }).format(new Date(day));
}

function figure(value: number, language: Language, digits: number): string {
  return new Intl.NumberFormat(LOCALE[language], { maximumFractionDigits: digits }).format(value);
}

/** The check before work: when it was made, and the button to make it. */
function Check() {
  const { t } = useTranslation();
  const w = useWords();
  const language = useLanguage();
  const record = useStore(preshiftRecord);
  const state = stateNow(record, new Date());
  const [open, setOpen] = useState(false);
  return (
    <section className={classes.check} data-state={state} aria-label={w("preshift.title")}>
      <Icon
        name={state === "advice" || state === "failed" ? "alert" : "shield"}
        size={26}
        className={classes.checkIcon ?? ""}
      />
      <div>
        <strong>
          {state === "none" ? w("preshift.never") : t(`desk.preshift.badge.${state}`)}
        </strong>
        <small>
          {state !== "none" && record
            ? w("preshift.last", { when: moment(record.at, language) })
            : w("preshift.neverHint")}
        </small>
      </div>
      <button
        type="button"
        className={state === "none" ? buttons.primary : buttons.secondary}
        data-testid="quality-preshift"
        onClick={() => setOpen(true)}
      >
        {state === "none" ? w("preshift.open") : w("preshift.again")}
      </button>
      {open ? <PreshiftDialog onClose={() => setOpen(false)} /> : null}
    </section>
  );
}

function Tiles({ diary }: { diary: QualityDiary }) {
  const w = useWords();
  const language = useLanguage();
  const { mos, calls, rejoins } = summaryOf(diary.days);
  return (
    <div className={classes.tiles}>
      <p className={classes.tile} data-tone={mos ? mosTone(mos) : undefined}>
        <strong>
          {mos ? w(`mos.${mosWord(mos)}`) : w("quality.none")}
          {mos ? (
            <small className="tabular">{w("mos.of", { mos: figure(mos, language, 1) })}</small>
          ) : null}
        </strong>
        <span>{w("quality.average")}</span>
      </p>
      <p className={classes.tile}>
        <strong className="tabular">{calls}</strong>
        <span>{w("quality.calls")}</span>
      </p>
      <p className={classes.tile}>
        <strong className="tabular">{rejoins}</strong>
        <span>{w("quality.rejoins")}</span>
      </p>
    </div>
  );
}

interface MeasureChartProps {
  diary: QualityDiary;
  days: readonly string[];
  measure: Measure;
  name: "mos" | "jitter" | "rtt" | "loss";
}

/** Up to which value a measure is good, and from which on it is bad. */
const BOUNDS: Record<Exclude<Measure, "mos">, { good: number; bad: number; top: number }> = {
  jitter_ms: { good: 30, bad: 60, top: 40 },
  rtt_ms: { good: 150, bad: 400, top: 200 },
  loss_percent: { good: 1, bad: 3, top: 2 },
};

function MeasureChart({ diary, days, measure, name }: MeasureChartProps) {
  const w = useWords();
  const language = useLanguage();
  const points = pointsOf(diary.days, measure, days[0] ?? "");
  const values = points.map(({ value }) => value);
  const bounds = measure === "mos" ? null : BOUNDS[measure];
  const scale = bounds ? scaleTo(Math.max(...values, 0), bounds.top) : MOS_SCALE;
  const title = w(`quality.${name}`);
  const valueName = (value: number) => figure(value, language, bounds ? 1 : 2);
  const summary = w("quality.summary", {
    title,
    from: values.length ? valueName(Math.min(...values)) : w("quality.none"),
    to: values.length ? valueName(Math.max(...values)) : w("quality.none"),
    last: values.length ? valueName(values.at(-1) ?? 0) : w("quality.none"),
  });
  return (
    <div className={classes.card}>
      <Chart
        title={title}
        unit={w(`quality.${name}Unit`)}
        summary={summary}
        points={points}
        total={days.length}
        scale={scale}
        good={bounds ? [0, bounds.good] : [3.6, MOS_SCALE.max]}
        tone={(value) => {
          if (!bounds) return mosTone(value);
          if (value <= bounds.good) return "good";
          return value <= bounds.bad ? "fair" : "bad";
        }}
        valueName={valueName}
        dayName={(index) => dayShort(days[index] ?? "", language)}
        height={measure === "mos" ? 230 : 150}
      />
    </div>
  );
}

function Advice({ diary }: { diary: QualityDiary }) {
  const w = useWords();
  return (
    <section className={classes.advice} data-testid="quality-advice">
      <h2>{w("quality.advice")}</h2>
      <ul>
        {diary.advice.map(({ id, text }) => (
          <li key={id} data-advice={id}>
            <Icon name="alert" size={20} />
            <span>{text}</span>
          </li>
        ))}
        {diary.advice.length === 0 ? (
          <li data-fine>
            <Icon name="check" size={20} />
            <span>{w("quality.noAdvice")}</span>
          </li>
        ) : null}
      </ul>
    </section>
  );
}

function Table({ diary }: { diary: QualityDiary }) {
  const w = useWords();
  const language = useLanguage();
  const cell = (value: number | null, digits: number) =>
    value === null ? "–" : figure(value, language, digits);
  return (
    <details className={classes.table}>
      <summary>{w("quality.table")}</summary>
      <section
        className={`${page.card} ${classes.scroll}`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: on a telephone the keyboard scrolls it
        tabIndex={0}
        aria-label={w("quality.table")}
      >
        <table className="tabular">
          <thead>
            <tr>
              <th scope="col">{w("quality.day")}</th>
              <th scope="col">{w("quality.calls")}</th>
              <th scope="col">{w("quality.mos")}</th>
              <th scope="col">{w("quality.jitter")} (ms)</th>
              <th scope="col">{w("quality.rtt")} (ms)</th>
              <th scope="col">{w("quality.loss")} (%)</th>
            </tr>
          </thead>
          <tbody>
            {[...diary.days].reverse().map((day) => (
              <tr key={day.day}>
                <td>{dayShort(day.day, language)}</td>
                <td>{day.calls}</td>
                <td>{cell(day.mos, 2)}</td>
                <td>{cell(day.jitter_ms, 1)}</td>
                <td>{cell(day.rtt_ms, 0)}</td>
                <td>{cell(day.loss_percent, 1)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </details>
  );
}

function Diary({ diary, count }: { diary: QualityDiary; count: number }) {
  const days = lastDays(dayKey(new Date()), count);
  return (
    <div data-testid="quality-diary">
      <Tiles diary={diary} />
      <MeasureChart diary={diary} days={days} measure="mos" name="mos" />
      <div className={classes.small}>
        <MeasureChart diary={diary} days={days} measure="jitter_ms" name="jitter" />
        <MeasureChart diary={diary} days={days} measure="rtt_ms" name="rtt" />
        <MeasureChart diary={diary} days={days} measure="loss_percent" name="loss" />
      </div>
      <Advice diary={diary} />
      <Table diary={diary} />
    </div>
  );
}

export function QualityPage() {
  const w = useWords();
  const { api } = useServices();
  const [period, setPeriod] = useState<Days>("28");
  const count = Number(period);
  const { data, error, refetch, isPlaceholderData } = useQuery({
    ...diaryQuery(api, count),
    placeholderData: keepPreviousData,
  });
  return (
    <div className={page.page}>
      <PageHead title={w("quality.title")} intro={w("quality.intro")}>
        <Segments
          label={w("quality.period")}
          value={period}
          onChange={setPeriod}
          options={PERIODS.map((value) => ({
            value,
            label: w("quality.days", { count: Number(value) }),
          }))}
        />
      </PageHead>
      <Check />
      {error && !data ? <LoadFailed error={error} retry={() => void refetch()} /> : null}
      {!error && !data ? <div className={classes.loading} aria-busy="true" /> : null}
      {data && data.days.length === 0 ? (
        <div className={page.card}>
          <Empty icon="pulse" title={w("quality.empty")} hint={w("quality.emptyHint")} />
        </div>
      ) : null}
      {data && data.days.length > 0 ? (
        <div className={isPlaceholderData ? page.stale : undefined}>
          <Diary diary={data} count={count} />
        </div>
      ) : null}
    </div>
  );
}
