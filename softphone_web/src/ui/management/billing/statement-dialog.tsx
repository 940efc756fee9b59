/** One statement: its lines, the calls behind each of them, its files, and making it final. */
import { Button, TextInput } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Dialog } from "../../shared/dialog";
import { clock, dayKey, decimal, moment } from "../../shared/format";
import { Link } from "../../shared/router";
import { useLanguage, useServices } from "../../shared/services";
import { tell } from "../../shared/toasts";
import { LoadFailed } from "../../shared/trouble";
import { More } from "../parts";
import classes from "./billing.module.css";
import {
  correct,
  fileOf,
  finalise,
  type Statement,
  type StatementLine,
  statementCallsQuery,
  statementQuery,
  useChange,
} from "./billing-api";
import { AddCharge, Charges } from "./charges";
import { useEuros } from "./use-euros";

function Calls({ id, task }: { id: string; task: string }) {
  const { t } = useTranslation();
  const { api } = useServices();
  const language = useLanguage();
  const query = useInfiniteQuery(statementCallsQuery(api, id, task));
  const calls = query.data?.pages.flatMap((page) => page.items) ?? [];
  if (query.data && calls.length === 0) return <p>{t("manage.statements.noCalls")}</p>;
  return (
    <>
      <ul className={classes.calls} data-testid={`calls-${task}`}>
        {calls.map((call) => (
          <li key={call.id}>
            <time className="tabular" dateTime={call.offered_at}>
              {moment(call.offered_at, language)}
            </time>
            <span className="tabular">
              {[call.number ?? t("common.withheld"), call.country, call.user_name]
                .filter(Boolean)
                .join(" · ")}
            </span>
            <span className="tabular">{clock(call.talk_ms / 1000)}</span>
          </li>
        ))}
      </ul>
      <More query={query} />
    </>
  );
}

function Line({ id, line }: { id: string; line: StatementLine }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const euros = useEuros();
  const [open, setOpen] = useState(false);
  return (
    <details
      className={classes.line}
      data-testid={`line-${line.task}`}
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary>
        <strong>{line.title || line.task}</strong>
        <span className="tabular">{euros(line.amount)}</span>
        <small className="tabular">
          {t("manage.statements.line", {
            area: t(`areas.${line.area}`),
            talk: clock(line.talk_ms / 1000),
            included: clock(line.included_ms / 1000),
            work: line.work_minutes,
            factor: decimal(line.factor, language),
            exact: decimal(line.exact_minutes, language),
            booked: line.booked,
          })}
        </small>
      </summary>
      {open ? (
        <>
          <Link className={classes.toTask} href={`/manage/tasks/${encodeURIComponent(line.task)}`}>
            {t("manage.statements.toTask")}
          </Link>
          <Calls id={id} task={line.task} />
        </>
      ) : null}
    </details>
  );
}

function Facts({ statement }: { statement: Statement }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const euros = useEuros();
  const { totals } = statement;
  const facts: [string, string | null][] = [
    [t("manage.statements.address"), statement.address.join(", ")],
    [t("manage.statements.month"), statement.month],
    [t("manage.statements.rate"), euros(statement.rate_per_hour)],
    [t("manage.statements.calls"), `${totals.calls} · ${clock(totals.talk_ms / 1000)}`],
    [t("manage.statements.platform"), clock(totals.platform_ms / 1000)],
    [t("manage.statements.budget"), totals.booked],
    [t("manage.statements.amount"), euros(totals.amount)],
    [t("manage.statements.corrects"), statement.corrects_number],
    [t("manage.statements.difference"), statement.difference && euros(statement.difference)],
    [t("manage.statements.reason"), statement.reason],
    [
      t("manage.statements.made"),
      statement.at ? `${moment(statement.at, language)} · ${statement.by ?? ""}` : null,
    ],
  ];
  return (
    <dl className={classes.facts}>
      {facts.map(([name, value]) =>
        value ? (
          <div key={name}>
            <dt>{name}</dt>
            <dd className="tabular">{value}</dd>
          </div>
        ) : null,
      )}
    </dl>
  );
}

/** The PDF is in the statement's own language; the other one is for whoever has to read it here. */
function Files({ statement }: { statement: Statement }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { id } = statement;
  const format = language === "de" ? { format: "excel-de" } : {};
  const own = statement.language ?? language;
  const other = own === "de" ? "en" : "de";
  return (
    <>
      <Button
        component="a"
        target="_blank"
        data-testid="pdf"
        href={fileOf(id, "pdf", { language: own })}
      >
        PDF
      </Button>
      <Button
        component="a"
        variant="light"
        target="_blank"
        href={fileOf(id, "pdf", { language: other })}
      >
        {t(`manage.statements.pdfIn.${other}`)}
      </Button>
      <Button component="a" variant="light" download href={fileOf(id, "csv", format)}>
        CSV
      </Button>
      <Button component="a" variant="light" download href={fileOf(id, "xlsx")}>
        Excel
      </Button>
    </>
  );
}

interface NextProps {
  statement: Statement;
  onOpen: (id: string) => void;
}

function Finalise({ statement, onOpen }: NextProps) {
  const { t } = useTranslation();
  const { api } = useServices();
  const run = useChange(
    () => finalise(api, statement.customer_id, statement.month),
    (made) => {
      tell(t("manage.statements.isFinal", { number: made.number ?? "" }));
      onOpen(made.id);
    },
  );
  const over = statement.month < dayKey(new Date()).slice(0, 7);
  return (
    <Button
      data-testid="finalise"
      disabled={!over || statement.lines.length + statement.charges.length === 0}
      loading={run.isPending}
      onClick={() => run.mutate(undefined)}
    >
      {t("manage.statements.finalise")}
    </Button>
  );
}

function Correct({ statement, onOpen }: NextProps) {
  const { t } = useTranslation();
  const { api } = useServices();
  const [reason, setReason] = useState("");
  const run = useChange(
    () => correct(api, statement.id, reason),
    (made) => {
      tell(t("manage.statements.isFinal", { number: made.number ?? "" }));
      onOpen(made.id);
    },
  );
  return (
    <>
      <TextInput
        label={t("manage.statements.correctWhy")}
        maxLength={1000}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <Button
        variant="light"
        disabled={!reason.trim()}
        loading={run.isPending}
        onClick={() => run.mutate(undefined)}
      >
        {t("manage.statements.correct")}
      </Button>
    </>
  );
}

interface StatementDialogProps {
  id: string;
  onOpen: (id: string) => void;
  onClose: () => void;
}

export function StatementDialog({ id, onOpen, onClose }: StatementDialogProps) {
  const { t } = useTranslation();
  const { api } = useServices();
  const { data, error, refetch } = useQuery(statementQuery(api, id));
  const title = data
    ? `${data.customer} · ${data.number ?? t("manage.statements.states.draft")}`
    : t("common.loading");
  return (
    <Dialog title={title} side onClose={onClose}>
      {error ? <LoadFailed error={error} retry={() => void refetch()} /> : null}
      {data ? (
        <div data-testid="statement">
          <p className={classes.links}>
            <Link href={`/manage/customers/${data.customer_id}`}>
              {t("manage.statements.toCustomer")}
            </Link>
          </p>
          <Facts statement={data} />
          <div className={classes.actions}>
            <Files statement={data} />
          </div>
          <div className={classes.actions}>
            {data.state === "draft" ? <Finalise statement={data} onOpen={onOpen} /> : null}
            {data.state === "final" ? <Correct statement={data} onOpen={onOpen} /> : null}
          </div>
          <h3 className={classes.heading}>{t("manage.statements.lines")}</h3>
          {data.lines.map((line) => (
            <Line key={line.task} id={id} line={line} />
          ))}
          {data.charges.length > 0 ? (
            <Charges charges={data.charges} sum={data.totals.charges} />
          ) : null}
          {data.state === "draft" ? <AddCharge statement={data} /> : null}
        </div>
      ) : null}
    </Dialog>
  );
}
