/** Statements of a month: what does not fit yet, running totals, final documents. */
import { Button, TextInput } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { clock, dayKey } from "../../shared/format";
import { closeAt, navigate, usePath } from "../../shared/router";
import { useMe, useServices } from "../../shared/services";
import { tell, warn } from "../../shared/toasts";
import list from "../list.module.css";
import { Empty, ListCard, More } from "../parts";
import classes from "./billing.module.css";
import {
  type Finalised,
  finaliseMonth,
  monthProgressQuery,
  type StatementRow,
  type Statements,
  statementsQuery,
  useChange,
} from "./billing-api";
import { DefaultRate } from "./default-rate";
import { Guard } from "./guard";
import { PaySection } from "./pay";
import { StatementDialog } from "./statement-dialog";
import { useEuros } from "./use-euros";

const TONES = { draft: "", final: "good", changed: "wait" } as const;
const HERE = "/manage/statements";
const thisMonth = () => dayKey(new Date()).slice(0, 7);

function Row({ row, onOpen }: { row: StatementRow; onOpen: (id: string) => void }) {
  const { t } = useTranslation();
  const euros = useEuros();
  const { totals, documents } = row;
  const current = documents[0];
  return (
    <tr data-testid={`statement-${row.customer}`}>
      <td>
        <span className={list.two}>
          <button type="button" className={classes.link} onClick={() => onOpen(row.id)}>
            <strong>{row.customer}</strong>
          </button>
          <small>{t("manage.statements.tasks", { count: totals.tasks })}</small>
        </span>
      </td>
      <td>
        <span className={list.badge} data-tone={TONES[row.state]}>
          {t(`manage.statements.states.${row.state}`)}
        </span>{" "}
        {current ? (
          <button
            type="button"
            className={`${classes.link} tabular`}
            onClick={() => onOpen(current.id)}
          >
            {current.number}
          </button>
        ) : null}
        {row.open_findings > 0 ? (
          <span className={list.badge} data-tone="bad">
            {t("manage.statements.findings", { count: row.open_findings })}
          </span>
        ) : null}
      </td>
      <td className={list.number}>{totals.calls}</td>
      <td className={list.number}>{clock(totals.talk_ms / 1000)}</td>
      <td className={list.number}>{clock(totals.included_ms / 1000)}</td>
      <td className={list.number}>{totals.booked}</td>
      <td className={list.number}>{euros(totals.amount)}</td>
    </tr>
  );
}

interface TableProps {
  rows: readonly StatementRow[];
  total: Statements["total"];
  rest: Statements["rest"];
  onOpen: (id: string) => void;
}

function Table({ rows, total, rest, onOpen }: TableProps) {
  const { t } = useTranslation();
  const euros = useEuros();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: on a telephone the keyboard scrolls it
    <section className={list.scroll} aria-label={t("manage.statements.title")} tabIndex={0}>
      <table className={list.table} data-testid="statements">
        <thead>
          <tr>
            <th>{t("manage.statements.customer")}</th>
            <th>{t("manage.statements.state")}</th>
            <th className={list.number}>{t("manage.statements.calls")}</th>
            <th className={list.number}>{t("manage.statements.talk")}</th>
            <th className={list.number}>{t("manage.statements.included")}</th>
            <th className={list.number}>{t("manage.statements.budget")}</th>
            <th className={list.number}>{t("manage.statements.amount")}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row key={row.id} row={row} onOpen={onOpen} />
          ))}
          {rest.calls > 0 || rest.work_minutes > 0 ? (
            <tr>
              <td colSpan={2}>{t("manage.statements.rest")}</td>
              <td className={list.number}>{rest.calls}</td>
              <td className={list.number}>{clock(rest.talk_ms / 1000)}</td>
              <td colSpan={3} />
            </tr>
          ) : null}
        </tbody>
        <tfoot>
          <tr>
            <td colSpan={2}>{t("manage.statements.total")}</td>
            <td className={list.number}>{total.calls}</td>
            <td className={list.number}>{clock(total.talk_ms / 1000)}</td>
            <td className={list.number}>{clock(total.included_ms / 1000)}</td>
            <td className={list.number}>{total.booked}</td>
            <td className={list.number}>{euros(total.amount)}</td>
          </tr>
        </tfoot>
      </table>
    </section>
  );
}

function FinaliseMonth({ month }: { month: string }) {
  const { t } = useTranslation();
  const { api } = useServices();
  const run = useChange(
    () => finaliseMonth(api, month),
    ({ items }) => {
      const done = items.filter((item: Finalised) => item.number !== null);
      const refused = items.find((item: Finalised) => item.number === null);
      if (done.length > 0) tell(t("manage.statements.done", { count: done.length }));
      if (refused) warn(`${refused.customer}: ${refused.detail ?? ""}`);
      if (items.length === 0) tell(t("manage.statements.nothingLeft"));
    },
  );
  const over = month < thisMonth();
  const asked = useQuery({ ...monthProgressQuery(api, month, run.isPending), enabled: over });
  const running = asked.data?.running ? asked.data : null;
  return (
    <>
      <Button
        variant="light"
        data-testid="finalise-month"
        disabled={!over || running !== null}
        loading={run.isPending}
        onClick={() => run.mutate(undefined)}
      >
        {t("manage.statements.finaliseMonth")}
      </Button>
      {running ? <MonthProgress done={running.done} total={running.total} /> : null}
    </>
  );
}

function MonthProgress({ done, total }: { done: number; total: number }) {
  const { t } = useTranslation();
  const said = total > 0 ? t("manage.statements.progress", { done, total }) : t("common.loading");
  return (
    <div className={classes.progress} data-testid="month-progress">
      <span className="tabular" role="status">
        {said}
      </span>
      <progress
        aria-label={t("manage.statements.finaliseMonth")}
        max={total || undefined}
        value={total > 0 ? done : undefined}
      />
    </div>
  );
}

export function StatementsPage() {
  const { t } = useTranslation();
  const me = useMe();
  const { api } = useServices();
  const [month, setMonth] = useState(thisMonth());
  const shown = usePath().split("/")[3];
  const open = (id: string) => navigate(`${HERE}/${encodeURIComponent(id)}`);
  const query = useInfiniteQuery(statementsQuery(api, month));
  const pages = query.data?.pages ?? [];
  const rows = pages.flatMap((page) => page.items);
  const last = pages.at(-1);
  return (
    <>
      <div className={list.tools}>
        <TextInput
          type="month"
          label={t("manage.statements.month")}
          value={month}
          onChange={(event) => {
            if (event.currentTarget.value) setMonth(event.currentTarget.value);
          }}
        />
        <FinaliseMonth month={month} />
        <DefaultRate />
      </div>
      {me.rights.includes("tasks") ? <Guard month={month} /> : null}
      <ListCard
        loading={query.isPending}
        error={query.data ? null : query.error}
        retry={() => void query.refetch()}
        empty={
          rows.length === 0 && !last?.rest.calls ? (
            <Empty icon="sum" title={t("manage.statements.empty")} />
          ) : null
        }
      >
        {last ? <Table rows={rows} total={last.total} rest={last.rest} onOpen={open} /> : null}
        <More query={query} />
      </ListCard>
      <PaySection month={month} />
      {shown ? (
        <StatementDialog
          key={shown}
          id={decodeURIComponent(shown)}
          onOpen={open}
          onClose={() => closeAt(HERE)}
        />
      ) : null}
    </>
  );
}
