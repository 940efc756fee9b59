/** What calls come to: by day, by hour of the week, and split by what is asked for. */
import { Button, NativeSelect } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Language, Sums } from "../../api/types";
import { clock, countryName } from "../shared/format";
import { Icon } from "../shared/icons";
import { useLanguage, useServices } from "../shared/services";
import { LoadFailed } from "../shared/trouble";
import { BarChart } from "./bar-chart";
import { type CallFilter, NO_FILTER, searchOf } from "./call-filter";
import { FurtherFields, PeriodFields, PersonField } from "./call-filter-fields";
import { HeatMap } from "./heat-map";
import list from "./list.module.css";
import { Empty } from "./parts";
import { BREAKDOWNS, type Breakdown, everyDay, most, unanswered } from "./statistics";
import classes from "./statistics-page.module.css";

const SHOWN = 50;
const LOCALE: Record<Language, string> = { de: "de-DE", en: "en-GB" };

type Search = Record<string, string>;

function useSums(search: Search, by: string) {
  const { api } = useServices();
  return useQuery({
    queryKey: ["statistics", by, search],
    queryFn: ({ signal }) => api.statistics({ ...search, by }, signal),
    placeholderData: keepPreviousData,
  });
}

function useFigures() {
  const language = useLanguage();
  const numbers = new Intl.NumberFormat(LOCALE[language]);
  const days = new Intl.DateTimeFormat(LOCALE[language], {
    timeZone: "UTC",
    weekday: "short",
    day: "numeric",
    month: "numeric",
  });
  return {
    figure: (value: number) => numbers.format(value),
    dayName: (key: string) => (key ? days.format(new Date(key)) : ""),
  };
}

function Tiles({ total }: { total: Sums }) {
  const { t } = useTranslation();
  const { figure } = useFigures();
  const tiles = [
    ["calls", figure(total.calls)],
    ["answered", figure(total.answered)],
    ["missed", figure(total.missed)],
    ["unanswered", figure(unanswered(total))],
    ["talk", clock(total.talk_seconds)],
    ["average", clock(total.answered > 0 ? total.talk_seconds / total.answered : 0)],
  ] as const;
  return (
    <dl className={classes.tiles}>
      {tiles.map(([name, value]) => (
        <div key={name} data-name={name}>
          <dt>{t(`manage.statistics.${name}`)}</dt>
          <dd className="tabular" data-testid={`sum-${name}`}>
            {value}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Card({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={`${list.card} ${classes.card}`} aria-label={title}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

interface TableProps {
  items: readonly Sums[];
  first: string;
  nameOf: (item: Sums) => string;
  /** A bar behind the name shows the share. */
  bars?: boolean;
}

function Table({ items, first, nameOf, bars = false }: TableProps) {
  const { t } = useTranslation();
  const { figure } = useFigures();
  const top = Math.max(1, ...items.map(({ calls }) => calls));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: on a telephone the keyboard scrolls it
    <section className={list.scroll} aria-label={first} tabIndex={0}>
      <table className={list.table}>
        <thead>
          <tr>
            <th scope="col">{first}</th>
            {(["calls", "answered", "missed", "talk"] as const).map((name) => (
              <th key={name} scope="col" className={list.number}>
                {t(`manage.statistics.${name}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <tr key={item.key} data-testid={`sums-${item.key}`}>
              <th scope="row" className={classes.name}>
                {nameOf(item)}
                {bars ? (
                  <span aria-hidden style={{ width: `${(item.calls / top) * 100}%` }} />
                ) : null}
              </th>
              <td className={list.number}>{figure(item.calls)}</td>
              <td className={list.number}>{figure(item.answered)}</td>
              <td className={list.number}>{figure(item.missed)}</td>
              <td className={list.number}>{clock(item.talk_seconds)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function ByDay({ items }: { items: readonly Sums[] }) {
  const { t } = useTranslation();
  const { figure, dayName } = useFigures();
  const days = everyDay(items);
  const best = most(days);
  if (!best) return null;
  const summary = t("manage.statistics.byDaySummary", {
    calls: figure(days.reduce((sum, { calls }) => sum + calls, 0)),
    days: days.length,
    day: dayName(best.key),
    most: figure(best.calls),
  });
  return (
    <Card title={t("manage.statistics.byDay")}>
      <BarChart
        days={days}
        summary={summary}
        dayName={dayName}
        tip={(day) =>
          `${dayName(day.key)} · ${figure(day.calls)} ${t("manage.statistics.calls")} · ${figure(day.answered)} ${t("manage.statistics.answered")}`
        }
      />
      <p className={classes.legend}>
        {(["answered", "unanswered", "missed"] as const).map((name) => (
          <span key={name} data-name={name}>
            {t(`manage.statistics.${name}`)}
          </span>
        ))}
      </p>
      <details>
        <summary>{t("manage.statistics.asTable")}</summary>
        <Table
          items={days.filter(({ calls }) => calls > 0)}
          first={t("manage.statistics.day")}
          nameOf={({ key }) => dayName(key)}
        />
      </details>
    </Card>
  );
}

function ByHour({ search }: { search: Search }) {
  const { t } = useTranslation();
  const { figure } = useFigures();
  const items = useSums(search, "hour").data?.items ?? [];
  const best = most(items);
  if (!best) return null;
  const [weekday = "1", hour = "0"] = best.key.split("-");
  const summary = t("manage.statistics.byHourSummary", {
    weekday: t(`manage.statistics.weekdays.${weekday as "1"}`),
    hour: Number(hour),
    until: Number(hour) + 1,
    most: figure(best.calls),
  });
  return (
    <Card title={t("manage.statistics.byHour")}>
      <p className={classes.summary}>{summary}</p>
      <HeatMap
        items={items}
        // Not the card's own name: regions of a page are told apart by theirs.
        label={`${t("manage.statistics.byHour")}: ${t("manage.statistics.asTable")}`}
      />
    </Card>
  );
}

function useNameOf(by: Breakdown) {
  const { t } = useTranslation();
  const language = useLanguage();
  return ({ key, name }: Sums) => {
    if (!key) return t("manage.statistics.none");
    if (by === "country") return countryName(key, language);
    return name && by === "task" ? `${name} (${key})` : name || key;
  };
}

function Split({ search }: { search: Search }) {
  const { t } = useTranslation();
  const { api } = useServices();
  const language = useLanguage();
  const [by, setBy] = useState<Breakdown>("person");
  const query = useSums(search, by);
  const items = query.data?.items ?? [];
  const nameOf = useNameOf(by);
  const asked = { ...search, by };
  return (
    <Card title={`${t("manage.statistics.by")} ${t(`manage.statistics.bys.${by}`)}`}>
      <div className={list.tools}>
        <NativeSelect
          label={t("manage.statistics.by")}
          data-testid="statistics-by"
          value={by}
          onChange={(event) => {
            const chosen = BREAKDOWNS.find((each) => each === event.currentTarget.value);
            if (chosen) setBy(chosen);
          }}
          data={BREAKDOWNS.map((each) => ({
            value: each,
            label: t(`manage.statistics.bys.${each}`),
          }))}
        />
        <Button
          component="a"
          variant="light"
          download
          href={api.statisticsCsv(language === "de" ? { ...asked, format: "excel-de" } : asked)}
          data-testid="statistics-csv"
          leftSection={<Icon name="download" size={17} />}
        >
          {t("manage.statistics.csv")}
        </Button>
      </div>
      <Table
        bars
        items={items.slice(0, SHOWN)}
        first={t(`manage.statistics.bys.${by}`)}
        nameOf={nameOf}
      />
      {items.length > SHOWN ? (
        <p className={classes.summary}>
          {t("manage.statistics.more", { count: items.length - SHOWN })}
        </p>
      ) : null}
    </Card>
  );
}

export function StatisticsPage() {
  const { t } = useTranslation();
  const [filter, setFilter] = useState<CallFilter>({ ...NO_FILTER, period: "month" });
  const change = { filter, onChange: setFilter };
  const search = searchOf(filter, null, new Date());
  const { data, error, refetch } = useSums(search, "day");
  return (
    <>
      <div className={list.tools}>
        <PeriodFields {...change} />
        <PersonField {...change} />
      </div>
      <details className={classes.filters}>
        <summary>{t("manage.statistics.filters")}</summary>
        <div className={list.tools}>
          <FurtherFields {...change} />
        </div>
      </details>
      {error && !data ? <LoadFailed error={error} retry={() => void refetch()} /> : null}
      {data?.total.calls === 0 ? <Empty icon="chart" title={t("manage.statistics.empty")} /> : null}
      {data && data.total.calls > 0 ? (
        <>
          <Tiles total={data.total} />
          <ByDay items={data.items} />
          <ByHour search={search} />
          <Split search={search} />
        </>
      ) : null}
    </>
  );
}
