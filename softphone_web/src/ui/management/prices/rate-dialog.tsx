/** Sets what calls to one destination cost from a day on. */
import { Button, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Dialog } from "../../shared/dialog";
import { dayKey, decimal } from "../../shared/format";
import { useLanguage } from "../../shared/services";
import classes from "./prices.module.css";
import type { Destination, PriceList } from "./prices-api";
import { useDestinationName } from "./rates-list";
import { usePutRate } from "./use-prices";

interface Props {
  prices: PriceList;
  /** Null: a destination without a price so far. */
  known: Destination | null;
  onClose: () => void;
}

export function RateDialog({ prices, known, onClose }: Props) {
  const { t } = useTranslation();
  const language = useLanguage();
  const nameOf = useDestinationName();
  const put = usePutRate(prices.id);
  const rate = known?.now ?? known?.coming.at(-1) ?? null;
  const [form, setForm] = useState({
    destination: known?.destination ?? "",
    valid_from: dayKey(new Date()),
    per_minute: decimal(rate?.per_minute ?? "", language),
    connection: decimal(rate?.connection ?? "0", language),
    first: String(rate?.first ?? 1),
    next: String(rate?.next ?? 1),
    label: rate?.label ?? "",
  });
  const field = (name: keyof typeof form) => ({
    label: t(`manage.prices.fields.${name}`),
    "data-testid": `rate-${name.replace("_", "-")}`,
    value: form[name],
    onChange: (event: { currentTarget: { value: string } }) => {
      const { value } = event.currentTarget;
      setForm((before) => ({ ...before, [name]: value }));
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const first = Number.parseInt(form.first, 10) || 1;
    const next = Number.parseInt(form.next, 10) || 1;
    put.mutate({ ...form, first, next }, { onSuccess: onClose });
  };
  const title = known
    ? nameOf(known, rate?.label)
    : t("manage.prices.newTitle", { name: prices.name });
  return (
    <Dialog title={title} onClose={onClose}>
      <form className={classes.body} data-testid="rate-dialog" onSubmit={submit}>
        {known ? null : (
          <TextInput
            {...field("destination")}
            description={t("manage.prices.destinationHint")}
            placeholder="+49151"
            required
          />
        )}
        <div className={classes.pair}>
          <TextInput
            {...field("per_minute")}
            rightSection={prices.currency}
            rightSectionWidth={56}
            inputMode="decimal"
            placeholder={decimal("0.0123", language)}
            required
          />
          <TextInput
            {...field("connection")}
            rightSection={prices.currency}
            rightSectionWidth={56}
            inputMode="decimal"
          />
        </div>
        <div className={classes.pair}>
          <TextInput {...field("first")} inputMode="numeric" />
          <TextInput {...field("next")} inputMode="numeric" />
        </div>
        <div className={classes.pair}>
          <TextInput {...field("valid_from")} type="date" required />
          <TextInput {...field("label")} maxLength={100} />
        </div>
        <p>{t("manage.prices.rateHint")}</p>
        <Button type="submit" loading={put.isPending} data-testid="rate-save">
          {t("manage.prices.save")}
        </Button>
      </form>
    </Dialog>
  );
}
