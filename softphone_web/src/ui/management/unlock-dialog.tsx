/** Opens a locked country for everybody, a person, a task; until a day, for so many minutes. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { CountryView } from "../../api/types";
import { SelectField, TextField } from "../desk/fields";
import buttons from "../shared/button.module.css";
import { Dialog } from "../shared/dialog";
import { keys, tasksQuery, usersQuery } from "../shared/queries";
import { useServices } from "../shared/services";
import { tell } from "../shared/toasts";
import { errorText } from "../shared/trouble";
import { countryKeys, endOf, minutesOf, type Unlock, type UnlockPut } from "./country-api";
import classes from "./unlocks.module.css";

export interface UnlockWish {
  /** Empty: to be chosen. */
  country: string;
  user?: string;
}

interface UnlockDialogProps {
  wish: UnlockWish;
  countries: readonly CountryView[];
  onClose: () => void;
}

export function UnlockDialog({ wish, countries, onClose }: UnlockDialogProps) {
  const { t } = useTranslation();
  const { api } = useServices();
  const queries = useQueryClient();
  const people = useQuery(usersQuery(api)).data?.items ?? [];
  const tasks = useQuery(tasksQuery(api, "")).data?.items ?? [];
  const locked = countries.filter((each) => !each.allowed);
  const [country, setCountry] = useState(wish.country || (locked[0]?.code ?? ""));
  const [user, setUser] = useState(wish.user ?? "");
  const [task, setTask] = useState("");
  const [until, setUntil] = useState("");
  const [cap, setCap] = useState("");
  const [note, setNote] = useState("");
  const name = countries.find((each) => each.code === country)?.name ?? country;
  const add = useMutation({
    mutationFn: (put: UnlockPut) => api.send<Unlock>("POST", "/unlocks", put),
    onSuccess: (made) => {
      for (const queryKey of [countryKeys.unlocks, keys.requests, keys.countries, ["check"]]) {
        void queries.invalidateQueries({ queryKey });
      }
      tell(t("manage.countries.unlocked", { name: made.country_name }));
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    add.mutate({
      country,
      user,
      task: task.trim(),
      until: endOf(until),
      cap_minutes: minutesOf(cap),
      note: note.trim(),
    });
  };
  return (
    <Dialog title={t("manage.countries.unlockTitle", { name })} onClose={onClose}>
      <form className={classes.form} data-testid="unlock-dialog" onSubmit={submit}>
        <SelectField
          label={t("manage.countries.form.country")}
          testId="unlock-country"
          value={country}
          options={locked.map((each) => ({ value: each.code, label: each.name }))}
          onChange={setCountry}
        />
        <SelectField
          label={t("manage.countries.form.person")}
          testId="unlock-user"
          value={user}
          options={[
            { value: "", label: t("manage.countries.form.everybody") },
            ...people.map((each) => ({ value: each.email, label: each.name })),
          ]}
          onChange={setUser}
        />
        <TextField
          label={t("manage.countries.form.taskId")}
          hint={t("manage.countries.form.taskHint")}
          testId="unlock-task"
          list="unlock-tasks"
          maxLength={100}
          value={task}
          onChange={(event) => setTask(event.currentTarget.value)}
        />
        <datalist id="unlock-tasks">
          {tasks.map((each) => (
            <option key={each.external_id} value={each.external_id}>
              {each.title}
            </option>
          ))}
        </datalist>
        <div className={classes.pair}>
          <TextField
            label={t("manage.countries.form.until")}
            hint={t("manage.countries.form.untilHint")}
            testId="unlock-until"
            type="date"
            value={until}
            onChange={(event) => setUntil(event.currentTarget.value)}
          />
          <TextField
            label={t("manage.countries.form.cap")}
            hint={t("manage.countries.form.capHint")}
            testId="unlock-cap"
            inputMode="numeric"
            maxLength={6}
            value={cap}
            onChange={(event) => setCap(event.currentTarget.value)}
          />
        </div>
        <TextField
          label={t("manage.countries.form.note")}
          maxLength={500}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        {add.error ? (
          <p className={classes.error} role="alert">
            {errorText(add.error)}
          </p>
        ) : null}
        <button
          type="submit"
          className={buttons.primary}
          data-testid="unlock-submit"
          disabled={add.isPending || !country}
        >
          {t("manage.countries.form.submit")}
        </button>
      </form>
    </Dialog>
  );
}
