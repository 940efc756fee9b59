/** Carriers' call records against our own: results that are kept, and new files. */
import { Button, NativeSelect } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { clock, decimal } from "../../shared/format";
import { Icon } from "../../shared/icons";
import { useLanguage, useServices } from "../../shared/services";
import { tell, warn } from "../../shared/toasts";
import { errorText, LoadFailed } from "../../shared/trouble";
import list from "../list.module.css";
import { Empty } from "../parts";
import { dayText } from "../prices/money";
import { FindingsList, signed } from "./findings-list";
import { NewDialog } from "./new-dialog";
import classes from "./reconciliation.module.css";
import {
  type Reconciliation,
  reconciliationKeys,
  reconciliationsQuery,
  removeReconciliation,
  restoreReconciliation,
} from "./reconciliation-api";

function usePeriod() {
  const language = useLanguage();
  return ({ since, until }: Reconciliation) => {
    const [from, to] = [dayText(since, language), dayText(until, language)];
    return from === to ? from : `${from} – ${to}`;
  };
}

function Tiles({ result }: { result: Reconciliation }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const difference = result.their_seconds - result.our_seconds;
  const tiles = [
    ["calls", String(result.calls)],
    ["records", String(result.records)],
    ["matched", String(result.matched)],
    ["ourTime", clock(result.our_seconds)],
    ["theirTime", clock(result.their_seconds)],
    ["timeDifference", `${difference < 0 ? "−" : "+"}${clock(Math.abs(difference))}`],
  ] as const;
  const seconds = decimal(Math.abs(result.clock_seconds).toFixed(1), language);
  return (
    <dl className={classes.tiles} data-testid="reconciliation-tiles">
      {tiles.map(([name, value]) => (
        <div key={name}>
          <dt>{t(`manage.reconciliation.${name}`)}</dt>
          <dd className="tabular">{value}</dd>
        </div>
      ))}
      {Math.abs(result.clock_seconds) >= 0.5 ? (
        <div>
          <dt>{t("manage.reconciliation.clock")}</dt>
          <dd className="tabular">
            {t(`manage.reconciliation.${result.clock_seconds > 0 ? "ahead" : "behind"}`, {
              seconds,
            })}
          </dd>
        </div>
      ) : null}
    </dl>
  );
}

function LeftOut({ result }: { result: Reconciliation }) {
  const { t } = useTranslation();
  const parts = (["outside", "inbound", "silent", "faulty"] as const)
    .filter((name) => result[name] > 0)
    .map((name) => t(`manage.reconciliation.leftOut.${name}`, { count: result[name] }));
  return (
    <>
      {result.zone_hint_hours === 0 ? null : (
        <p className={classes.hint} role="status">
          <Icon name="alert" size={18} />
          {t("manage.reconciliation.zoneHint", { count: Math.abs(result.zone_hint_hours) })}
        </p>
      )}
      {parts.length === 0 ? null : (
        <details className={classes.details}>
          <summary>{t("manage.reconciliation.leftOut.title", { parts: parts.join(", ") })}</summary>
          <ul>
            {result.problems.map(({ row, problem }) => (
              <li key={`${row} ${problem}`}>
                {t("manage.reconciliation.row", { row })}: {problem}
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

/** By how much each task is billed too much or too little. */
function Tasks({ result }: { result: Reconciliation }) {
  const { t } = useTranslation();
  if (result.tasks.length === 0) return null;
  return (
    <details className={classes.details} data-testid="reconciliation-tasks">
      <summary>{t("manage.reconciliation.tasks", { count: result.tasks.length })}</summary>
      <ul>
        {result.tasks.map(({ task, seconds }) => (
          <li key={task} className="tabular">
            {task || t("manage.reconciliation.noTask")}: {signed(seconds)} min
          </li>
        ))}
      </ul>
    </details>
  );
}

function useRemove() {
  const { t } = useTranslation();
  const { api } = useServices();
  const queries = useQueryClient();
  const refresh = () => void queries.invalidateQueries({ queryKey: reconciliationKeys.all });
  return useMutation({
    mutationFn: ({ id }: Reconciliation) => removeReconciliation(api, id),
    onSuccess: (_, { id }) =>
      tell(t("manage.reconciliation.removed"), () => {
        restoreReconciliation(api, id)
          .catch((error: unknown) => warn(errorText(error)))
          .finally(refresh);
      }),
    onError: (error) => warn(errorText(error)),
    onSettled: refresh,
  });
}

export function ReconciliationPage() {
  const { t } = useTranslation();
  const { api } = useServices();
  const period = usePeriod();
  const { data, error, refetch } = useQuery(reconciliationsQuery(api));
  const [wanted, setWanted] = useState("");
  const [adding, setAdding] = useState(false);
  const remove = useRemove();
  if (error) return <LoadFailed error={error} retry={() => void refetch()} />;
  if (!data) return null;
  const chosen = data.items.find(({ id }) => id === wanted) ?? data.items[0];
  return (
    <>
      <div className={classes.head}>
        {chosen ? (
          <NativeSelect
            label={t("manage.reconciliation.which")}
            data-testid="reconciliation"
            value={chosen.id}
            onChange={(event) => setWanted(event.currentTarget.value)}
            data={data.items.map((each) => ({
              value: each.id,
              label: [each.carrier, period(each), each.file].filter(Boolean).join(" · "),
            }))}
          />
        ) : null}
        <Button
          leftSection={<Icon name="upload" size={17} />}
          data-testid="reconcile"
          onClick={() => setAdding(true)}
        >
          {t("manage.reconciliation.new")}
        </Button>
        {chosen ? (
          <Button
            variant="subtle"
            loading={remove.isPending}
            data-testid="reconciliation-remove"
            onClick={() => remove.mutate(chosen)}
          >
            {t("manage.reconciliation.remove")}
          </Button>
        ) : null}
      </div>
      {chosen ? (
        <>
          <Tiles result={chosen} />
          <LeftOut result={chosen} />
          <Tasks result={chosen} />
          <FindingsList key={chosen.id} result={chosen} />
        </>
      ) : (
        <div className={list.card}>
          <Empty
            icon="list"
            title={t("manage.reconciliation.empty")}
            hint={t("manage.reconciliation.emptyHint")}
          />
        </div>
      )}
      {adding ? (
        <NewDialog onMade={({ id }) => setWanted(id)} onClose={() => setAdding(false)} />
      ) : null}
    </>
  );
}
