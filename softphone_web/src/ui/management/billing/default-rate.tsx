/** The rate per hour of customers without one of their own. */
import { Button, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { decimal } from "../../shared/format";
import { useLanguage, useServices } from "../../shared/services";
import { tell } from "../../shared/toasts";
import classes from "./billing.module.css";
import { putSettings, type Settings, settingsQuery, useChange } from "./billing-api";

export function DefaultRate() {
  const { t } = useTranslation();
  const { api } = useServices();
  const language = useLanguage();
  const known = useQuery(settingsQuery(api)).data;
  const [typed, setTyped] = useState<string | null>(null);
  const put = useChange(
    ({ settings }: { settings: Settings; before: Settings | null }) => putSettings(api, settings),
    (_, { before }) => {
      setTyped(null);
      const undo = before ? () => put.mutate({ settings: before, before: null }) : undefined;
      tell(t("manage.statements.rateSaved"), undo);
    },
  );
  const shown = typed ?? (known?.rate_per_hour ? decimal(known.rate_per_hour, language) : "");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    put.mutate({ settings: { rate_per_hour: shown.trim() || null }, before: known ?? null });
  };
  return (
    <form className={classes.rate} onSubmit={submit}>
      <TextInput
        label={t("manage.statements.defaultRate")}
        inputMode="decimal"
        maxLength={12}
        data-testid="default-rate"
        value={shown}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      {typed === null ? null : (
        <Button type="submit" variant="light" loading={put.isPending}>
          {t("manage.statements.saveRate")}
        </Button>
      )}
    </form>
  );
}
