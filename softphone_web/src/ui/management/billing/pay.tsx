/** What VPAs worked in a month and are paid for: by person, their tasks, and the days behind them. */
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { date, decimal } from "../../shared/format";
import { useLanguage, useMe, useServices } from "../../shared/services";
import list from "../list.module.css";
import classes from "./billing.module.css";
import { type PayLine, payFile, payQuery, workTimesQuery } from "./billing-api";

function Days({ line, month }: { line: PayLine; month: string }) {
  const { t } = useTranslation();
  const { api } = useServices();
  const language = useLanguage();
  const found = useQuery(workTimesQuery(api, line.task, month)).data?.items ?? [];
  const days = found.filter((each) => each.user === line.user && each.minutes > 0);
  return (
    <ul className={classes.calls} data-testid={`days-${line.task}`}>
      {days.map((each) => (
        <li key={each.day}>
          <time className="tabular" dateTime={each.day}>
            {date(each.day, language)}
          </time>
          <span />
          <span className="tabular">
            {t("manage.statements.pay.minutes", { count: each.minutes })}
          </span>
        </li>
      ))}
    </ul>
  );
}

function Task({ line, month }: { line: PayLine; month: string }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const me = useMe();
  const [open, setOpen] = useState(false);
  return (
    <details
      className={classes.line}
      data-testid={`pay-${line.task}`}
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary>
        <strong>{line.title || line.task}</strong>
        <span className="tabular">
          {t("manage.statements.pay.paid", { minutes: decimal(line.paid_minutes, language) })}
        </span>
        <small className="tabular">
          {t("manage.statements.pay.line", {
            area: t(`areas.${line.area}`),
            work: line.work_minutes,
            factor: decimal(line.factor, language),
          })}
        </small>
      </summary>
      {open && me.rights.includes("tasks") ? <Days line={line} month={month} /> : null}
    </details>
  );
}

export function PaySection({ month }: { month: string }) {
  const { t } = useTranslation();
  const { api } = useServices();
  const language = useLanguage();
  const data = useQuery(payQuery(api, month)).data;
  const [shown, setShown] = useState<string | null>(null);
  if (!data || data.people.length === 0) return null;
  return (
    <section className={`${list.card} ${classes.pay}`} aria-labelledby="pay-title">
      <h2 id="pay-title" className={classes.title}>
        {t("manage.statements.pay.title")}
        <Button
          component="a"
          size="xs"
          variant="light"
          download
          href={payFile(month, language === "de" ? "excel-de" : undefined)}
        >
          CSV
        </Button>
      </h2>
      <ul>
        {data.people.map((person) => (
          <li key={person.user} className={classes.person} data-testid={`pay-of-${person.name}`}>
            <button
              type="button"
              className={classes.open}
              aria-expanded={shown === person.user}
              onClick={() => setShown(shown === person.user ? null : person.user)}
            >
              <strong>{person.name || person.user || t("manage.statements.pay.gone")}</strong>
              <span className="tabular">
                {t("manage.statements.pay.sum", {
                  work: person.work_minutes,
                  paid: decimal(person.paid_minutes, language),
                })}
              </span>
            </button>
            {shown === person.user
              ? data.items
                  .filter((line) => line.user === person.user)
                  .map((line) => <Task key={line.task} line={line} month={month} />)
              : null}
          </li>
        ))}
      </ul>
    </section>
  );
}
