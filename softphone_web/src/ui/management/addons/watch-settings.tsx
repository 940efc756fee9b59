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

const typed = (known: Settings) => ({
  ...known,
  to: known.to.join(", "),
  cc: known.cc.join(", "),
  reminder_days: String(known.reminder_days),
  escalation_days: String(known.escalation_days),
  link_days: String(known.link_days),
});

type Wish = ReturnType<typeof typed>;

interface FieldsProps {
  wish: Wish;
  put: (part: Partial<Wish>) => void;
}

function DaysField({
  field,
  wish,
  put,
}: FieldsProps & { field: "reminder_days" | "escalation_days" | "link_days" }) {
  const { t } = useTranslation();
  return (
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
}

/** Which days count. */
function CalendarFields({ wish, put }: FieldsProps) {
  const { t } = useTranslation();
  return (
    <>
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
    </>
  );
}

/** Who gets the escalation. */
function RecipientFields({ wish, put }: FieldsProps) {
  const { t } = useTranslation();
  return (["to", "cc"] as const).map((field) => (
    <TextInput
      key={field}
      label={t(`manage.addons.settings.${field}`)}
      description={t(`manage.addons.settings.${field}Hint`)}
      data-testid={`settings-${field}`}
      value={wish[field]}
      onChange={(event) => put({ [field]: event.currentTarget.value })}
    />
  ));
}

/** Who of us looks after new orders. */
function OwnerFields({ wish, put }: FieldsProps) {
  const { t } = useTranslation();
  const { api } = useServices();
  const users = useQuery(usersQuery(api)).data?.items ?? [];
  return (["owner_backoffice", "owner_sales"] as const).map((field) => (
    <NativeSelect
      key={field}
      label={t(`manage.addons.settings.${field}`)}
      value={wish[field] ?? ""}
      onChange={(event) => put({ [field]: event.currentTarget.value || null })}
      data={[
        { value: "", label: t("manage.addons.nobody") },
        ...users.map(({ id, name }) => ({ value: id, label: name })),
      ]}
    />
  ));
}

function useForm(known: Settings) {
  const { t } = useTranslation();
  const { api } = useServices();
  const [wish, setWish] = useState(() => typed(known));
  const put = (part: Partial<Wish>) => setWish((now) => ({ ...now, ...part }));
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
  return { wish, put, submit, saving: save.isPending };
}

function Form({ known }: { known: Settings }) {
  const { t } = useTranslation();
  const { wish, put, submit, saving } = useForm(known);
  return (
    <form className={`${list.card} ${classes.settings}`} data-testid="watch" onSubmit={submit}>
      <div className={classes.pair}>
        <DaysField field="reminder_days" wish={wish} put={put} />
        <DaysField field="escalation_days" wish={wish} put={put} />
        <CalendarFields wish={wish} put={put} />
        <RecipientFields wish={wish} put={put} />
      </div>
      <NativeSelect
        label={t("manage.addons.settings.language")}
        description={t("manage.addons.settings.languageHint")}
        data-testid="settings-language"
        value={wish.language}
        onChange={(event) => put({ language: event.currentTarget.value === "en" ? "en" : "de" })}
        data={[
          { value: "de", label: "Deutsch" },
          { value: "en", label: "English" },
        ]}
      />
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
        <OwnerFields wish={wish} put={put} />
        <DaysField field="link_days" wish={wish} put={put} />
      </div>
      <Button type="submit" data-testid="save-watch" loading={saving}>
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
