/** What add-ons cost, in versions: what is booked keeps its price. */
import { Button, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Dialog } from "../../shared/dialog";
import { date, dayKey, decimal } from "../../shared/format";
import { useLanguage, useServices } from "../../shared/services";
import { tell } from "../../shared/toasts";
import { useEuros } from "../billing/use-euros";
import list from "../list.module.css";
import { ListCard } from "../parts";
import classes from "./addons.module.css";
import {
  type PriceSet,
  type Prices,
  pricesQuery,
  putPrices,
  removePrices,
  useAddonChange,
} from "./addons-api";

const FIELDS = [
  "extension",
  "mailbox",
  "own_number",
  "country_number",
  "supplied",
  "vpa",
  "professional",
] as const;
type Field = (typeof FIELDS)[number];

const setOf = (day: string, prices: Record<Field, string>): PriceSet => ({
  valid_from: day,
  extension: prices.extension,
  mailbox: prices.mailbox,
  own_number: prices.own_number,
  country_number: prices.country_number,
  supplied: prices.supplied,
  vpa: prices.vpa,
  professional: prices.professional,
});

interface PriceDialogProps {
  from: Prices | undefined;
  onClose: () => void;
}

function PriceDialog({ from, onClose }: PriceDialogProps) {
  const { t } = useTranslation();
  const { api } = useServices();
  const language = useLanguage();
  const today = dayKey(new Date());
  const [day, setDay] = useState(today);
  const [typed, setTyped] = useState(
    () =>
      Object.fromEntries(
        FIELDS.map((field) => [field, decimal(from?.[field] ?? "0.00", language)]),
      ) as Record<Field, string>,
  );
  const back = useAddonChange((set: PriceSet) => removePrices(api, set.valid_from));
  const put = useAddonChange(
    (set: PriceSet) => putPrices(api, set),
    (_, set) => {
      const said = t("manage.addons.prices.saved", { day: date(set.valid_from, language) });
      tell(said, () => back.mutate(set));
      onClose();
    },
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    put.mutate(setOf(day, typed));
  };
  return (
    <Dialog title={t("manage.addons.prices.add")} side onClose={onClose}>
      <form className={classes.form} data-testid="price-dialog" onSubmit={submit}>
        <TextInput
          type="date"
          required
          min={today}
          label={t("manage.addons.prices.validFrom")}
          description={t("manage.addons.prices.hint")}
          value={day}
          onChange={(event) => setDay(event.currentTarget.value)}
        />
        <div className={classes.pair}>
          {FIELDS.map((field) => (
            <TextInput
              key={field}
              required
              inputMode="decimal"
              maxLength={12}
              label={t(`manage.addons.prices.fields.${field}`)}
              value={typed[field]}
              onChange={(event) => {
                const { value } = event.currentTarget;
                setTyped({ ...typed, [field]: value });
              }}
            />
          ))}
        </div>
        <Button type="submit" data-testid="save-prices" loading={put.isPending}>
          {t("manage.addons.prices.save")}
        </Button>
      </form>
    </Dialog>
  );
}

function Row({ prices }: { prices: Prices }) {
  const { t } = useTranslation();
  const { api } = useServices();
  const language = useLanguage();
  const euros = useEuros();
  const day = date(prices.valid_from, language);
  const back = useAddonChange((set: PriceSet) => putPrices(api, set));
  const remove = useAddonChange(
    () => removePrices(api, prices.valid_from),
    () =>
      tell(t("manage.addons.prices.removed", { day }), () =>
        back.mutate(setOf(prices.valid_from, prices)),
      ),
  );
  const open = prices.orders === 0 && prices.valid_from >= dayKey(new Date());
  return (
    <tr data-testid={`prices-${prices.valid_from}`}>
      <td className="tabular">
        {day}
        {prices.current ? (
          <>
            <br />
            <span className={list.badge} data-tone="good">
              {t("manage.addons.prices.current")}
            </span>
          </>
        ) : null}
      </td>
      {FIELDS.map((field) => (
        <td key={field} className={list.number}>
          {euros(prices[field])}
        </td>
      ))}
      <td className={list.number}>
        {prices.shipped ? t("manage.addons.prices.shipped") : prices.orders}
        {open ? (
          <>
            <br />
            <Button
              size="compact-sm"
              variant="subtle"
              loading={remove.isPending}
              aria-label={t("manage.addons.prices.removeOf", { day })}
              onClick={() => remove.mutate(undefined)}
            >
              {t("manage.addons.prices.remove")}
            </Button>
          </>
        ) : null}
      </td>
    </tr>
  );
}

export function Catalogue() {
  const { t } = useTranslation();
  const { api } = useServices();
  const [adding, setAdding] = useState(false);
  const { data, error, isPending, refetch } = useQuery(pricesQuery(api));
  const rows = data?.items ?? [];
  return (
    <>
      <div className={list.tools}>
        <Button data-testid="add-prices" onClick={() => setAdding(true)}>
          {t("manage.addons.prices.add")}
        </Button>
      </div>
      <ListCard
        loading={isPending}
        error={data ? null : error}
        retry={() => void refetch()}
        empty={null}
      >
        <section
          className={list.scroll}
          aria-label={t("manage.addons.prices.title")}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: on a telephone the keyboard scrolls it
          tabIndex={0}
        >
          <table className={list.table} data-testid="addon-prices">
            <thead>
              <tr>
                <th>{t("manage.addons.prices.validFrom")}</th>
                {FIELDS.map((field) => (
                  <th key={field} className={list.number}>
                    {t(`manage.addons.prices.fields.${field}`)}
                  </th>
                ))}
                <th className={list.number}>{t("manage.addons.prices.orders")}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((prices) => (
                <Row key={prices.valid_from} prices={prices} />
              ))}
            </tbody>
          </table>
        </section>
      </ListCard>
      {adding ? (
        <PriceDialog
          from={rows.find(({ current }) => current) ?? rows[0]}
          onClose={() => setAdding(false)}
        />
      ) : null}
    </>
  );
}
