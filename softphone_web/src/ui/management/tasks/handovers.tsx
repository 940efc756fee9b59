/** Who received a task, and what they confirmed; and whether that is wanted at all. */
import { Button, Switch } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Handover, HandoverChecklist, handoversQuery } from "../../desk/handover-checklist";
import { moment } from "../../shared/format";
import { useLanguage, useServices } from "../../shared/services";
import { tell } from "../../shared/toasts";
import { putSettings, settingsQuery, useChange } from "../billing/billing-api";
import list from "../list.module.css";
import classes from "./tasks.module.css";

function Item({ handover }: { handover: Handover }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const [open, setOpen] = useState(false);
  const receiver = handover.receiver?.name ?? handover.receiver_email;
  const said = handover.confirmed_at
    ? t("manage.tasks.handover.confirmed", {
        name: handover.confirmed_by ?? "",
        at: moment(handover.confirmed_at, language),
      })
    : t("manage.tasks.handover.waits");
  return (
    <li>
      <span className={list.two}>
        <strong>{t("manage.tasks.handover.to", { from: handover.handed_by, to: receiver })}</strong>
        <small>{[moment(handover.at, language), said].join(" · ")}</small>
        {handover.facts ? <small>{handover.facts}</small> : null}
      </span>
      {handover.confirmed_at || open ? null : (
        <Button size="sm" variant="light" onClick={() => setOpen(true)}>
          {t("manage.tasks.handover.confirm")}
        </Button>
      )}
      {open ? <HandoverChecklist handover={handover} onDone={() => setOpen(false)} /> : null}
    </li>
  );
}

export function Handovers({ task }: { task: string }) {
  const { t } = useTranslation();
  const { api } = useServices();
  const found = useQuery(handoversQuery(api, task)).data?.items ?? [];
  if (found.length === 0) return null;
  return (
    <section className={classes.part} aria-label={t("manage.tasks.handover.title")}>
      <h3>{t("manage.tasks.handover.title")}</h3>
      <ul className={classes.handovers}>
        {found.map((handover) => (
          <Item key={handover.id} handover={handover} />
        ))}
      </ul>
    </section>
  );
}

/** Whether calls wait until who receives a task has confirmed the checklist. */
export function HandoverSwitch() {
  const { t } = useTranslation();
  const { api } = useServices();
  const settings = useQuery(settingsQuery(api)).data;
  const put = useChange(
    (wanted: boolean) =>
      putSettings(api, { rate_per_hour: settings?.rate_per_hour ?? null, handover_check: wanted }),
    (_, wanted) =>
      tell(t(wanted ? "manage.tasks.handover.on" : "manage.tasks.handover.off"), () =>
        put.mutate(!wanted),
      ),
  );
  return (
    <Switch
      className={classes.handoverSwitch ?? ""}
      label={t("manage.tasks.handover.wanted")}
      description={t("manage.tasks.handover.hint")}
      data-testid="handover-wanted"
      disabled={!settings || put.isPending}
      checked={settings?.handover_check === true}
      onChange={(event) => put.mutate(event.currentTarget.checked)}
    />
  );
}
