/** Adds a price list, or changes its name, trunk and currency. */
import { Button, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Dialog } from "../../shared/dialog";
import { decimal } from "../../shared/format";
import { useLanguage, useServices } from "../../shared/services";
import { tell, warn } from "../../shared/toasts";
import { errorText } from "../../shared/trouble";
import classes from "./prices.module.css";
import { addList, type PriceList, putList } from "./prices-api";
import { useRefreshPrices } from "./use-prices";

interface Props {
  /** Null: a new one. */
  known: PriceList | null;
  onSaved: (list: PriceList) => void;
  onClose: () => void;
}

export function ListDialog({ known, onSaved, onClose }: Props) {
  const { t } = useTranslation();
  const { api } = useServices();
  const language = useLanguage();
  const refresh = useRefreshPrices();
  const [name, setName] = useState(known?.name ?? "");
  const [trunk, setTrunk] = useState(known?.trunk ?? "");
  const [currency, setCurrency] = useState(known?.currency ?? "EUR");
  const [euro, setEuro] = useState(
    known && known.currency !== "EUR" ? decimal(known.euro, language) : "",
  );
  const foreign = currency.trim().toUpperCase() !== "EUR";
  const save = useMutation({
    mutationFn: () => {
      const wish = { name, trunk, currency, euro: foreign ? euro : null };
      return known ? putList(api, known.id, wish) : addList(api, wish);
    },
    onSuccess: (list) => {
      tell(t("manage.prices.listSaved"));
      onSaved(list);
      onClose();
    },
    onError: (error) => warn(errorText(error)),
    onSettled: refresh,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <Dialog title={t(known ? "manage.prices.editList" : "manage.prices.addList")} onClose={onClose}>
      <form className={classes.body} data-testid="price-list-dialog" onSubmit={submit}>
        <TextInput
          label={t("manage.prices.name")}
          data-testid="price-list-name"
          value={name}
          maxLength={100}
          required
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <TextInput
          label={t("manage.prices.trunk")}
          description={t("manage.prices.trunkHint")}
          value={trunk}
          maxLength={100}
          onChange={(event) => setTrunk(event.currentTarget.value)}
        />
        <div className={classes.pair}>
          <TextInput
            label={t("manage.prices.currency")}
            value={currency}
            maxLength={3}
            required
            onChange={(event) => setCurrency(event.currentTarget.value)}
          />
          {foreign ? (
            <TextInput
              label={t("manage.prices.euro", { currency: currency.toUpperCase() })}
              value={euro}
              inputMode="decimal"
              required
              onChange={(event) => setEuro(event.currentTarget.value)}
            />
          ) : null}
        </div>
        <Button type="submit" loading={save.isPending} data-testid="price-list-save">
          {t("manage.prices.save")}
        </Button>
      </form>
    </Dialog>
  );
}
