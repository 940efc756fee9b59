/** Metered seconds of each task, and the converter from work time to booked time. */
import { Button, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { TaskSeconds } from "../../api/types";
import { clock, dayKey, monthBounds } from "../shared/format";
import { Icon } from "../shared/icons";
import { useLanguage, useServices } from "../shared/services";
import { BudgetConverter } from "./budget-converter";
import list from "./list.module.css";
import { Empty, ListCard } from "./parts";

const SUMS = [
  "calls",
  "talk_seconds",
  "talk_seconds_de",
  "talk_seconds_eu",
  "platform_seconds",
] as const;

function sumOf(rows: readonly TaskSeconds[], key: (typeof SUMS)[number]): string {
  const sum = rows.reduce((total, row) => total + row[key], 0);
  return key === "calls" ? String(sum) : clock(sum);
}

function Table({ rows }: { rows: readonly TaskSeconds[] }) {
  const { t } = useTranslation();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: on a telephone the keyboard scrolls it
    <section className={list.scroll} aria-label={t("manage.seconds.title")} tabIndex={0}>
      <table className={list.table} data-testid="task-seconds">
        <thead>
          <tr>
            <th>{t("manage.seconds.task")}</th>
            <th className={list.number}>{t("manage.seconds.calls")}</th>
            <th className={list.number}>{t("manage.seconds.talk")}</th>
            <th className={list.number}>{t("manage.seconds.de")}</th>
            <th className={list.number}>{t("manage.seconds.eu")}</th>
            <th className={list.number}>{t("manage.seconds.platform")}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.task}>
              <td>
                <span className={list.two}>
                  <strong>{row.title || row.task}</strong>
                  <small className="tabular">{row.task}</small>
                </span>
              </td>
              {SUMS.map((key) => (
                <td key={key} className={list.number}>
                  {key === "calls" ? row.calls : clock(row[key])}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <td>{t("manage.seconds.total")}</td>
            {SUMS.map((key) => (
              <td key={key} className={list.number}>
                {sumOf(rows, key)}
              </td>
            ))}
          </tr>
        </tfoot>
      </table>
    </section>
  );
}

export function SecondsPage() {
  const { t } = useTranslation();
  const { api } = useServices();
  const language = useLanguage();
  const [month, setMonth] = useState(dayKey(new Date()).slice(0, 7));
  const bounds = monthBounds(month);
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ["task-seconds", month],
    queryFn: () => api.taskSeconds(bounds),
  });
  const rows = data?.items ?? [];
  return (
    <>
      <div className={list.tools}>
        <TextInput
          type="month"
          label={t("manage.seconds.month")}
          value={month}
          onChange={(event) => {
            if (event.currentTarget.value) setMonth(event.currentTarget.value);
          }}
        />
        <Button
          component="a"
          variant="light"
          href={api.taskSecondsCsv(language === "de" ? { ...bounds, format: "excel-de" } : bounds)}
          download={`vermittlung-${month}.csv`}
          data-testid="csv-link"
          leftSection={<Icon name="download" size={17} />}
        >
          {t("manage.seconds.csv")}
        </Button>
      </div>
      <ListCard
        loading={isPending}
        error={error}
        retry={() => void refetch()}
        empty={rows.length === 0 ? <Empty icon="sum" title={t("manage.seconds.empty")} /> : null}
      >
        <Table rows={rows} />
      </ListCard>
      <BudgetConverter />
    </>
  );
}
