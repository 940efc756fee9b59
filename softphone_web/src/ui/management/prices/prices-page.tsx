/** Price lists: what a call costs, carriers' files, and what calls have cost. */
import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Icon } from "../../shared/icons";
import { useLanguage, useMe, useServices } from "../../shared/services";
import { errorText, LoadFailed } from "../../shared/trouble";
import { useDebounced } from "../../shared/use-debounced";
import { Empty } from "../parts";
import { CostsCard } from "./costs-card";
import { ListDialog } from "./list-dialog";
import { dayText, money } from "./money";
import { PriceImportDialog } from "./price-import-dialog";
import classes from "./prices.module.css";
import { foundQuery, listsQuery, type PriceList, ratesCsv } from "./prices-api";
import { RatesList, useDestinationName } from "./rates-list";
import { useRemoveList } from "./use-prices";

const SEARCH_MS = 350;

function PriceCheck() {
  const { t } = useTranslation();
  const { api } = useServices();
  const language = useLanguage();
  const nameOf = useDestinationName();
  const [typed, setTyped] = useState("");
  const number = useDebounced(typed.trim(), SEARCH_MS);
  const { data, error } = useQuery(foundQuery(api, number));
  const rate = data?.rate;
  return (
    <div className={classes.check}>
      <TextInput
        label={t("manage.prices.check")}
        placeholder="0151 23456789"
        inputMode="tel"
        data-testid="price-check"
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      <output aria-live="polite" data-testid="price-found">
        {error ? errorText(error) : null}
        {data && !rate ? t("manage.prices.noPriceFor") : null}
        {data && rate ? (
          <>
            <strong>{money(rate.per_minute ?? "0", data.currency, language)}</strong>{" "}
            {t("manage.prices.found", {
              increments: `${rate.first}/${rate.next}`,
              destination: nameOf(
                {
                  destination: data.destination ?? "",
                  country: data.destination?.split(":")[0] ?? "",
                },
                rate.label,
              ),
              list: data.price_list,
            })}
          </>
        ) : null}
      </output>
    </div>
  );
}

function Facts({ prices }: { prices: PriceList }) {
  const { t } = useTranslation();
  const language = useLanguage();
  return (
    <p className={classes.facts}>
      <span>{t("manage.prices.destinations", { count: prices.destinations })}</span>
      {prices.newest ? (
        <span>{t("manage.prices.newest", { day: dayText(prices.newest, language) })}</span>
      ) : null}
      <span>
        {prices.trunk
          ? t("manage.prices.forTrunk", { trunk: prices.trunk })
          : t("manage.prices.forAll")}
      </span>
      <span>{prices.currency}</span>
    </p>
  );
}

export function PricesPage() {
  const { t } = useTranslation();
  const { api } = useServices();
  const language = useLanguage();
  const me = useMe();
  const { data, error, refetch } = useQuery(listsQuery(api));
  const [wanted, setWanted] = useState("");
  const [opened, setOpened] = useState<"add" | "edit" | "import" | null>(null);
  const remove = useRemoveList();
  if (error) return <LoadFailed error={error} retry={() => void refetch()} />;
  if (!data) return null;
  const chosen = data.items.find(({ id }) => id === wanted) ?? data.items[0];
  const close = () => setOpened(null);
  return (
    <>
      <PriceCheck />
      <div className={classes.head}>
        <NativeSelect
          label={t("manage.prices.list")}
          data-testid="price-list"
          value={chosen?.id ?? ""}
          onChange={(event) => setWanted(event.currentTarget.value)}
          data={data.items.map(({ id, name }) => ({ value: id, label: name }))}
        />
        {chosen ? (
          <>
            <Button
              leftSection={<Icon name="upload" size={17} />}
              data-testid="prices-import"
              onClick={() => setOpened("import")}
            >
              {t("manage.prices.import")}
            </Button>
            <Button
              component="a"
              variant="light"
              href={ratesCsv(chosen.id, language === "de")}
              download
              leftSection={<Icon name="download" size={17} />}
            >
              {t("manage.prices.csv")}
            </Button>
            <Button variant="light" data-testid="price-list-edit" onClick={() => setOpened("edit")}>
              {t("manage.prices.change")}
            </Button>
            <Button
              variant="subtle"
              loading={remove.isPending}
              data-testid="price-list-remove"
              onClick={() => remove.mutate(chosen)}
            >
              {t("manage.prices.remove")}
            </Button>
          </>
        ) : null}
        <Button
          variant="light"
          leftSection={<Icon name="add" size={17} />}
          data-testid="price-list-add"
          onClick={() => setOpened("add")}
        >
          {t("manage.prices.addList")}
        </Button>
      </div>
      {chosen ? (
        <>
          <Facts prices={chosen} />
          <RatesList key={chosen.id} prices={chosen} />
        </>
      ) : (
        <Empty icon="sum" title={t("manage.prices.noLists")} />
      )}
      {me.rights.includes("statistics") ? <CostsCard /> : null}
      {opened === "import" && chosen ? <PriceImportDialog prices={chosen} onClose={close} /> : null}
      {opened === "add" || (opened === "edit" && chosen) ? (
        <ListDialog
          known={opened === "edit" ? (chosen ?? null) : null}
          onSaved={({ id }) => setWanted(id)}
          onClose={close}
        />
      ) : null}
    </>
  );
}
