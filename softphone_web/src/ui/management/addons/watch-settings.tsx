/** How orders are watched: when somebody is reminded, and to whom it is carried at last. */
import { Button, NativeSelect, Textarea, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { usersQuery } from "../../shared/queries";
import { useServices } from "../../shared/services";
import { tell } from "../../shared/toasts";
import { LoadFailed } from "../../shared/trouble";
import list from "../list.module.css";
import classes from "./addons.module.css";
import { putSettings, type Settings, settingsQuery, useAddonChange } from "./addons-api";

const STATES = "BW BY BE BB HB HH HE MV NI NW RP SL SN ST SH TH".split(" ");

/** Separated by commas, semicolons, spaces or lines. */
export const addressesOf = (text: string): string[] => text.split(/[\s,;]+/).filter(Boolean);

const whole = (text: string): number => (/^\d{1,3}$/.test(text.trim()) ? Number(text) : 0);

function Form({ known }: { known: Settings }) {
  const { t } = useTranslation();
  const { api } = useServices();
  const users = useQuery(usersQuery(api)).data?.items ?? [];
  const [wish, setWish] = useState({
    ...known,
    to: known.to.join(", "),
    cc: known.cc.join(", "),
    reminder_days: String(known.reminder_days),
    escalation_days: String(known.escalation_days),
    link_days: String(known.link_days),
  });
  const put = (part: Partial<typeof wish>) => setWish((now) => ({ ...now, ...part }));
  const save = useAddonChange(
    ({ settings }: { settings: Settings; undoable: boolean }) => putSettings(api, settings),
    (_, { undoable }) => {
      const undo = () => save.mutate({ settings: known, undoable: false });
      tell(t("manage.addons.settings.saved"), undoable ? undo : undefined);
    },
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const settings = {
      ...wish,
      to: addressesOf(wish.to),
      cc: addressesOf(wish.cc),
      reminder_days: whole(wish.reminder_days),
      escalation_days: whole(wish.escalation_days),
      link_days: whole(wish.link_days),
    };
    save.mutate({ settings, undoable: true });
  };
  const number = (field: "reminder_days" | "escalation_days" | "link_days") => (
    <TextInput
      label={t(`manage.addons.settings.${field}`)}
      required
      inputMode="numeric"
      maxLength={3}
      data-testid={`settings-${field}`}
      value={wish[field]}
      onChange={(event) => put({ [field]: event.currentTarget.value })}
    />
  );
  const person = (field: "owner_backoffice" | "owner_sales") => (
    <NativeSelect
      label={t(`manage.addons.settings.${field}`)}
      value={wish[field] ?? ""}
      onChange={(event) => put({ [field]: event.currentTarget.value || null })}
      data={[
        { value: "", label: t("manage.addons.nobody") },
        ...users.map(({ id, name }) => ({ value: id, label: name })),
      ]}
    />
  );
  return (
    <form className={`${list.card} ${classes.settings}`} data-testid="watch" onSubmit={submit}>
      <div className={classes.pair}>
        {number("reminder_days")}
        {number("escalation_days")}
        <NativeSelect
          label={t("manage.addons.settings.calendar")}
          value={wish.calendar}
          onChange={(event) =>
            put({ calendar: event.currentTarget.value === "working" ? "working" : "calendar" })
          }
          data={[
            { value: "calendar", label: t("manage.addons.settings.calendars.calendar") },
            { value: "working", label: t("manage.addons.settings.calendars.working") },
          ]}
        />
        <NativeSelect
          label={t("manage.addons.settings.holidays")}
          value={wish.state}
          disabled={wish.calendar === "calendar"}
          onChange={(event) => put({ state: event.currentTarget.value })}
          data={[
            { value: "", label: t("common.none") },
            ...STATES.map((each) => ({ value: each, label: each })),
          ]}
        />
        {(["to", "cc"] as const).map((field) => (
          <TextInput
            key={field}
            label={t(`manage.addons.settings.${field}`)}
            description={t(`manage.addons.settings.${field}Hint`)}
            data-testid={`settings-${field}`}
            value={wish[field]}
            onChange={(event) => {
              const { value } = event.currentTarget;
              put({ [field]: value });
            }}
          />
        ))}
      </div>
      <TextInput
        label={t("manage.addons.settings.subject")}
        required
        maxLength={300}
        value={wish.subject}
        onChange={(event) => put({ subject: event.currentTarget.value })}
      />
      <Textarea
        label={t("manage.addons.settings.text")}
        description={t("manage.addons.settings.textHint")}
        required
        autosize
        minRows={5}
        maxLength={4000}
        value={wish.text}
        onChange={(event) => put({ text: event.currentTarget.value })}
      />
      <div className={classes.pair}>
        {person("owner_backoffice")}
        {person("owner_sales")}
        {number("link_days")}
      </div>
      <Button type="submit" data-testid="save-watch" loading={save.isPending}>
        {t("manage.addons.settings.save")}
      </Button>
    </form>
  );
}

export function WatchSettings() {
  const { api } = useServices();
  const { data, error, refetch } = useQuery(settingsQuery(api));
  if (error && !data) return <LoadFailed error={error} retry={() => void refetch()} />;
  return data ? <Form key={JSON.stringify(data)} known={data} /> : null;
}
