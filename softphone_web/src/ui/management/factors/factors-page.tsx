/** The table of factors with its versions: what was, is, and will be valid. */
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { date, dayKey, decimal } from "../../shared/format";
import { Icon } from "../../shared/icons";
import { useLanguage, useServices } from "../../shared/services";
import { tell } from "../../shared/toasts";
import { AREAS } from "../areas";
import list from "../list.module.css";
import { Empty, ListCard } from "../parts";
import {
  type FactorSet,
  type Factors,
  factorsQuery,
  putFactors,
  removeFactors,
  useTaskChange,
} from "../tasks/tasks-api";
import { bare, FactorDialog } from "./factor-dialog";
import classes from "./factors.module.css";

const TONES = { past: "", current: "good", planned: "wait" } as const;

function Row({ row, onChange }: { row: Factors; onChange: () => void }) {
  const { t } = useTranslation();
  const { api } = useServices();
  const language = useLanguage();
  const day = date(row.valid_from, language);
  const back = useTaskChange((set: FactorSet) => putFactors(api, set));
  const remove = useTaskChange(
    () => removeFactors(api, row.valid_from),
    () => tell(t("manage.factors.removed", { day }), () => back.mutate(bare(row))),
  );
  const open = row.tasks === 0 && row.valid_from >= dayKey(new Date());
  return (
    <tr data-testid={`factors-${row.valid_from}`}>
      <td className="tabular">
        {day}
        <br />
        <span className={list.badge} data-tone={TONES[row.state]}>
          {t(`manage.factors.states.${row.state}`)}
        </span>
      </td>
      {AREAS.map((area) => {
        const found = row.areas.find((each) => each.area === area);
        return (
          <td key={area} className={list.number}>
            <strong>{decimal(found?.customer ?? "", language)}</strong>
            <br />
            <span className={classes.pay}>{decimal(found?.pay ?? "", language)}</span>
          </td>
        );
      })}
      <td className={list.number}>
        {row.tasks}
        {open ? (
          <span className={classes.buttons}>
            <Button
              size="sm"
              variant="light"
              aria-label={t("manage.factors.changeOf", { day })}
              onClick={onChange}
            >
              {t("manage.factors.edit")}
            </Button>
            <Button
              size="sm"
              variant="subtle"
              data-testid="remove-factors"
              loading={remove.isPending}
              aria-label={t("manage.factors.removeOf", { day })}
              onClick={() => remove.mutate(undefined)}
            >
              {t("manage.factors.remove")}
            </Button>
          </span>
        ) : null}
      </td>
    </tr>
  );
}

interface TableProps {
  rows: readonly Factors[];
  onChange: (row: Factors) => void;
}

function Table({ rows, onChange }: TableProps) {
  const { t } = useTranslation();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: on a telephone the keyboard scrolls it
    <section className={list.scroll} aria-label={t("manage.factors.title")} tabIndex={0}>
      <table className={list.table} data-testid="factors">
        <thead>
          <tr>
            <th>{t("manage.factors.validFrom")}</th>
            {AREAS.map((area) => (
              <th key={area} className={list.number}>
                {t(`areas.${area}`)}
              </th>
            ))}
            <th className={list.number}>{t("manage.factors.tasks")}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row key={row.valid_from} row={row} onChange={() => onChange(row)} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

export function FactorsPage() {
  const { t } = useTranslation();
  const { api } = useServices();
  const [opened, setOpened] = useState<{ known: Factors | null } | null>(null);
  const { data, error, isPending, refetch } = useQuery(factorsQuery(api));
  const rows = data?.items ?? [];
  return (
    <>
      <div className={list.tools}>
        <Button
          leftSection={<Icon name="add" size={18} />}
          data-testid="add-factors"
          onClick={() => setOpened({ known: null })}
        >
          {t("manage.factors.add")}
        </Button>
      </div>
      <ListCard
        loading={isPending}
        error={data ? null : error}
        retry={() => void refetch()}
        empty={rows.length === 0 ? <Empty icon="sum" title={t("manage.factors.empty")} /> : null}
      >
        <Table rows={rows} onChange={(known) => setOpened({ known })} />
      </ListCard>
      <p className={classes.legend}>{t("manage.factors.legend")}</p>
      {opened ? (
        <FactorDialog rows={rows} known={opened.known} onClose={() => setOpened(null)} />
      ) : null}
    </>
  );
}
