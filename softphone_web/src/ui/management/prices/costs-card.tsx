/** What calls have cost in a month, split by what is asked for. */
import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { clock, countryName, dayKey, monthBounds } from "../../shared/format";
import { Icon } from "../../shared/icons";
import { useLanguage, useServices } from "../../shared/services";
import list from "../list.module.css";
import { Empty, ListCard } from "../parts";
import { cents, money } from "./money";
import classes from "./prices.module.css";
import { type CostSums, costsCsv, costsQuery } from "./prices-api";

const BY = [
  "person",
  "task",
  "customer",
  "cost_centre",
  "day",
  "country",
  "type",
  "number",
  "price_list",
] as const;

function Amounts({ sums }: { sums: CostSums }) {
  const language = useLanguage();
  if (sums.amounts.length === 0) return "–";
  return sums.amounts
    .map(({ amount, currency }) => money(cents(amount), currency, language))
    .join(" + ");
}

function Cells({ sums }: { sums: CostSums }) {
  return (
    <>
      <td className={list.number}>{sums.calls}</td>
      <td className={list.number}>{clock(sums.talk_seconds)}</td>
      <td className={list.number}>{clock(sums.billed_seconds)}</td>
      <td className={list.number}>
        <Amounts sums={sums} />
      </td>
    </>
  );
}

export function CostsCard() {
  const { t } = useTranslation();
  const { api } = useServices();
  const language = useLanguage();
  const [month, setMonth] = useState(dayKey(new Date()).slice(0, 7));
  const [by, setBy] = useState<(typeof BY)[number]>("person");
  const search = { by, ...monthBounds(month) };
  const costs = useQuery(costsQuery(api, search));
  const items = costs.data?.items ?? [];
  const nameOf = ({ key, name }: CostSums) => {
    if (by === "country" && key) return name || countryName(key, language);
    return name || key || t("manage.prices.costs.none");
  };
  return (
    <>
      <h2 className={classes.section}>{t("manage.prices.costs.title")}</h2>
      <div className={list.tools}>
        <TextInput
          type="month"
          label={t("manage.prices.costs.month")}
          data-testid="costs-month"
          value={month}
          onChange={(event) => {
            if (event.currentTarget.value) setMonth(event.currentTarget.value);
          }}
        />
        <NativeSelect
          label={t("manage.prices.costs.by")}
          data-testid="costs-by"
          value={by}
          onChange={(event) => setBy(event.currentTarget.value as (typeof BY)[number])}
          data={BY.map((value) => ({ value, label: t(`manage.prices.costs.bys.${value}`) }))}
        />
        <Button
          component="a"
          variant="light"
          href={costsCsv(search, language === "de")}
          download
          data-testid="costs-csv"
          leftSection={<Icon name="download" size={17} />}
        >
          {t("manage.prices.costs.csv")}
        </Button>
      </div>
      <ListCard
        loading={costs.isPending}
        error={costs.error}
        retry={() => void costs.refetch()}
        empty={
          items.length === 0 ? <Empty icon="sum" title={t("manage.prices.costs.empty")} /> : null
        }
      >
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: on a telephone the keyboard scrolls it */}
        <section className={list.scroll} aria-label={t("manage.prices.costs.title")} tabIndex={0}>
          <table className={list.table} data-testid="costs">
            <thead>
              <tr>
                <th>{t(`manage.prices.costs.bys.${by}`)}</th>
                {(["calls", "talk", "billed", "amount"] as const).map((name) => (
                  <th key={name} className={list.number}>
                    {t(`manage.prices.costs.${name}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {items.map((sums) => (
                <tr key={sums.key}>
                  <td>
                    {nameOf(sums)}
                    {sums.unpriced > 0 ? (
                      <span className={classes.coming}>
                        {t("manage.prices.costs.unpriced", { count: sums.unpriced })}
                      </span>
                    ) : null}
                  </td>
                  <Cells sums={sums} />
                </tr>
              ))}
            </tbody>
            {costs.data ? (
              <tfoot>
                <tr>
                  <td>{t("manage.prices.costs.total")}</td>
                  <Cells sums={costs.data.total} />
                </tr>
              </tfoot>
            ) : null}
          </table>
        </section>
      </ListCard>
    </>
  );
}
