/** Who worked how long on a task on which day: read, added and corrected by hand. */
import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { date, dayKey } from "../../shared/format";
import { usersQuery } from "../../shared/queries";
import { useLanguage, useServices } from "../../shared/services";
import { tell } from "../../shared/toasts";
import { hoursText, minutesOf } from "./minutes";
import classes from "./tasks.module.css";
import { putWork, useTaskChange, type WorkTime, workTimesQuery } from "./tasks-api";

const MOST = 1440;

type Work = Omit<WorkTime, "name">;

function useWork(task: string) {
  const { t } = useTranslation();
  const { api } = useServices();
  const put = useTaskChange(
    ({ work }: { work: Work; before: number | null }) => putWork(api, task, work),
    (_, { work, before }) => {
      const undo = () => put.mutate({ work: { ...work, minutes: before ?? 0 }, before: null });
      const said = t("manage.tasks.work.saved", { time: hoursText(work.minutes) });
      tell(said, before === null ? undefined : undo);
    },
  );
  return put;
}

const fits = (minutes: number | null): minutes is number => minutes !== null && minutes <= MOST;

function Row({ task, time }: { task: string; time: WorkTime }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const put = useWork(task);
  const [typed, setTyped] = useState<string | null>(null);
  const minutes = minutesOf(typed ?? hoursText(time.minutes));
  const save = (event?: FormEvent) => {
    event?.preventDefault();
    if (!fits(minutes)) return;
    setTyped(null);
    const { user, day } = time;
    if (minutes !== time.minutes) {
      put.mutate({ work: { user, day, minutes }, before: time.minutes });
    }
  };
  return (
    <tr data-testid={`work-${time.user}-${time.day}`}>
      <td className="tabular">{date(time.day, language)}</td>
      <td>{time.name || t("manage.tasks.work.gone")}</td>
      <td>
        {time.user ? (
          <form onSubmit={save}>
            <TextInput
              size="sm"
              aria-label={t("manage.tasks.work.of", {
                name: time.name,
                day: date(time.day, language),
              })}
              inputMode="numeric"
              maxLength={6}
              error={!fits(minutes)}
              value={typed ?? hoursText(time.minutes)}
              onChange={(event) => setTyped(event.currentTarget.value)}
              onBlur={() => save()}
            />
          </form>
        ) : (
          hoursText(time.minutes)
        )}
      </td>
    </tr>
  );
}

function Add({ task, times }: { task: string; times: readonly WorkTime[] }) {
  const { t } = useTranslation();
  const { api } = useServices();
  const users = useQuery(usersQuery(api)).data?.items ?? [];
  const [user, setUser] = useState("");
  const [day, setDay] = useState(dayKey(new Date()));
  const [typed, setTyped] = useState("");
  const put = useWork(task);
  const minutes = minutesOf(typed);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!fits(minutes) || !user || !typed.trim()) return;
    const known = times.find((each) => each.user === user && each.day === day);
    put.mutate(
      { work: { user, day, minutes }, before: known?.minutes ?? 0 },
      { onSuccess: () => setTyped("") },
    );
  };
  return (
    <form className={classes.addWork} onSubmit={submit}>
      <TextInput
        type="date"
        required
        label={t("manage.tasks.work.day")}
        data-testid="work-day"
        value={day}
        onChange={(event) => setDay(event.currentTarget.value)}
      />
      <NativeSelect
        label={t("manage.tasks.work.person")}
        required
        data-testid="work-person"
        value={user}
        onChange={(event) => setUser(event.currentTarget.value)}
        data={[
          { value: "", label: t("manage.tasks.work.choose") },
          ...users.map(({ email, name }) => ({ value: email, label: name })),
        ]}
      />
      <TextInput
        label={t("manage.tasks.work.time")}
        placeholder="1:30"
        required
        inputMode="numeric"
        maxLength={6}
        error={!fits(minutes)}
        data-testid="work-minutes"
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      <Button type="submit" variant="light" loading={put.isPending} data-testid="work-add">
        {t("manage.tasks.work.add")}
      </Button>
    </form>
  );
}

export function WorkTimes({ task }: { task: string }) {
  const { t } = useTranslation();
  const { api } = useServices();
  const [month, setMonth] = useState(dayKey(new Date()).slice(0, 7));
  const found = useQuery(workTimesQuery(api, task, month)).data?.items ?? [];
  // Set to nothing is how a time is taken away.
  const times = found.filter(({ minutes }) => minutes > 0);
  const sum = times.reduce((total, { minutes }) => total + minutes, 0);
  return (
    <section className={classes.part} aria-label={t("manage.tasks.work.title")}>
      <div className={classes.partHead}>
        <h3>{t("manage.tasks.work.title")}</h3>
        <TextInput
          type="month"
          size="sm"
          aria-label={t("manage.tasks.work.month")}
          value={month}
          onChange={(event) => {
            if (event.currentTarget.value) setMonth(event.currentTarget.value);
          }}
        />
      </div>
      {times.length > 0 ? (
        <table className={classes.work} data-testid="work-times">
          <thead>
            <tr>
              <th>{t("manage.tasks.work.day")}</th>
              <th>{t("manage.tasks.work.person")}</th>
              <th>{t("manage.tasks.work.time")}</th>
            </tr>
          </thead>
          <tbody>
            {times.map((time) => (
              <Row key={`${time.user} ${time.name} ${time.day}`} task={task} time={time} />
            ))}
          </tbody>
          <tfoot>
            <tr>
              <td colSpan={2}>{t("manage.tasks.work.total")}</td>
              <td className="tabular">{hoursText(sum)}</td>
            </tr>
          </tfoot>
        </table>
      ) : (
        <p>{t("manage.tasks.work.none")}</p>
      )}
      <Add task={task} times={times} />
    </section>
  );
}
