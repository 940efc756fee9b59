/** The prices of one list, by destination: what holds today and what comes. */
import { Button, TextInput } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { dayKey } from "../../shared/format";
import { Icon } from "../../shared/icons";
import { useLanguage, useServices } from "../../shared/services";
import { useDebounced } from "../../shared/use-debounced";
import list from "../list.module.css";
import { Empty, ListCard, More } from "../parts";
import { dayText, money } from "./money";
import classes from "./prices.module.css";
import { type Destination, type PriceList, type Rate, ratesQuery } from "./prices-api";
import { RateDialog } from "./rate-dialog";
import { usePutRate } from "./use-prices";

const SEARCH_MS = 250;

/** `+4915` with the name that the list gives it, or what stands for it. */
export function useDestinationName() {
  const { t } = useTranslation();
  return ({ destination, country }: Pick<Destination, "destination" | "country">, label = "") => {
    if (destination === "") return t("manage.prices.everything");
    if (destination.startsWith("+")) {
      return [destination, label || country].filter(Boolean).join(" · ");
    }
    const kind = destination.split(":")[1] as "fixed" | "mobile" | undefined;
    const type = kind
      ? t(`manage.limits.typeNames.${kind}`, { defaultValue: kind })
      : t("manage.prices.everyType");
    return `${country || t("manage.prices.everywhere")} · ${type}`;
  };
}

function useRateText(currency: string) {
  const { t } = useTranslation();
  const language = useLanguage();
  return {
    price: (rate: Rate) =>
      rate.per_minute === null
        ? t("manage.prices.noPrice")
        : money(rate.per_minute, currency, language),
    whole: (rate: Rate) =>
      rate.per_minute === null
        ? t("manage.prices.noPrice")
        : `${money(rate.per_minute, currency, language)} (${rate.first}/${rate.next})`,
    day: (rate: Rate) => dayText(rate.valid_from, language),
    details: (rate: Rate) =>
      [
        t("manage.prices.from", { day: dayText(rate.valid_from, language) }),
        t("manage.prices.increments", { increments: `${rate.first}/${rate.next}` }),
        Number(rate.connection) > 0
          ? t("manage.prices.perCall", { amount: money(rate.connection, currency, language) })
          : "",
      ]
        .filter(Boolean)
        .join(" · "),
  };
}

interface RowProps {
  row: Destination;
  currency: string;
  onEdit: () => void;
  onEnd: () => void;
}

function Row({ row, currency, onEdit, onEnd }: RowProps) {
  const { t } = useTranslation();
  const text = useRateText(currency);
  const known = row.now ?? row.coming.at(-1);
  const name = useDestinationName()(row, known?.label);
  return (
    <li className={list.row} data-testid={`rate-${row.destination || "all"}`}>
      <span className={`${list.two} ${classes.two}`}>
        <strong>{name}</strong>
        <small>{row.now ? text.details(row.now) : t("manage.prices.notYet")}</small>
        {row.coming.map((rate) => (
          <span key={rate.valid_from} className={classes.coming}>
            {t("manage.prices.coming", { day: text.day(rate), price: text.whole(rate) })}
          </span>
        ))}
      </span>
      <span className={classes.amount}>
        <strong>{row.now ? text.price(row.now) : "–"}</strong>
        {row.now ? <small>{t("manage.prices.perMinute")}</small> : null}
      </span>
      <span className={classes.buttons}>
        <Button
          variant="subtle"
          size="compact-md"
          aria-label={t("manage.prices.changeFor", { name })}
          onClick={onEdit}
        >
          {t("manage.prices.change")}
        </Button>
        <button
          type="button"
          className={classes.icon}
          aria-label={t("manage.prices.endFor", { name })}
          onClick={onEnd}
        >
          <Icon name="trash" size={18} />
        </button>
      </span>
    </li>
  );
}

export function RatesList({ prices }: { prices: PriceList }) {
  const { t } = useTranslation();
  const { api } = useServices();
  const [typed, setTyped] = useState("");
  const [edited, setEdited] = useState<Destination | "new" | null>(null);
  const query = useDebounced(typed, SEARCH_MS);
  const rates = useInfiniteQuery(ratesQuery(api, prices.id, query));
  const put = usePutRate(prices.id);
  const shown = rates.data?.pages.flatMap((page) => page.items) ?? [];
  const empty = query ? "manage.prices.noneFound" : "manage.prices.empty";
  return (
    <>
      <div className={list.tools}>
        <TextInput
          className={list.wide ?? ""}
          aria-label={t("common.search")}
          placeholder={t("manage.prices.filter")}
          data-testid="rates-search"
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <Button
          variant="light"
          leftSection={<Icon name="add" size={17} />}
          data-testid="rate-add"
          onClick={() => setEdited("new")}
        >
          {t("manage.prices.add")}
        </Button>
      </div>
      <ListCard
        loading={rates.isPending}
        error={rates.error}
        retry={() => void rates.refetch()}
        empty={shown.length === 0 ? <Empty icon="sum" title={t(empty)} /> : null}
      >
        <ul data-testid="rates">
          {shown.map((row) => (
            <Row
              key={row.destination}
              row={row}
              currency={prices.currency}
              onEdit={() => setEdited(row)}
              onEnd={() =>
                put.mutate({
                  destination: row.destination,
                  valid_from: row.now ? dayKey(new Date()) : (row.coming[0]?.valid_from ?? ""),
                  per_minute: null,
                  label: row.now?.label ?? "",
                })
              }
            />
          ))}
        </ul>
        <More query={rates} />
      </ListCard>
      {edited ? (
        <RateDialog
          prices={prices}
          known={edited === "new" ? null : edited}
          onClose={() => setEdited(null)}
        />
      ) : null}
    </>
  );
}
