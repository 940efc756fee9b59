/** Opening hours: times on weekdays, and whose public holidays are closed. */
import { NativeSelect, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import buttons from "../../shared/button.module.css";
import { Icon } from "../../shared/icons";
import { useLanguage, useServices } from "../../shared/services";
import list from "../list.module.css";
import { KeptList, Remove } from "./kept-list";
import { choicesQuery, type Interval, putting, type Schedule, useChange } from "./queries";
import classes from "./routing.module.css";
import { clockOf, minutesOf } from "./steps";

const DAYS = [0, 1, 2, 3, 4, 5, 6];
const path = (id: string) => `/routing/schedules/${id}`;
const bodyOf = ({ name, state, intervals }: Pick<Schedule, "name" | "state" | "intervals">) => ({
  name,
  state,
  intervals,
});

/** Monday is 5 January 1970. */
const dayName = (weekday: number, language: string) =>
  new Intl.DateTimeFormat(language, { weekday: "long", timeZone: "UTC" }).format(
    new Date(Date.UTC(1970, 0, 5 + weekday)),
  );

interface TimesProps {
  day: string;
  interval: Interval;
  onChange: (interval: Interval) => void;
  onRemove: () => void;
}

function Times({ day, interval, onChange, onRemove }: TimesProps) {
  const { t } = useTranslation();
  const [start, setStart] = useState(clockOf(interval.start));
  const [end, setEnd] = useState(clockOf(interval.end));
  const from = minutesOf(start);
  const to = minutesOf(end);
  const leave = () => {
    if (from !== null && from < 1440 && to !== null)
      onChange({ ...interval, start: from, end: to });
  };
  return (
    <span className={classes.times}>
      <TextInput
        aria-label={t("manage.routing.from", { day })}
        value={start}
        error={from === null || from === 1440}
        onChange={(event) => setStart(event.currentTarget.value)}
        onBlur={leave}
      />
      –
      <TextInput
        aria-label={t("manage.routing.to", { day })}
        value={end}
        error={to === null}
        onChange={(event) => setEnd(event.currentTarget.value)}
        onBlur={leave}
      />
      <button
        type="button"
        className={classes.icon}
        aria-label={t("manage.routing.removeTimes", { day })}
        onClick={onRemove}
      >
        <Icon name="close" size={16} />
      </button>
    </span>
  );
}

function Editor({ schedule, states }: { schedule: Schedule; states: readonly string[] }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const change = useChange();
  const [draft, setDraft] = useState(bodyOf(schedule));
  const changed = JSON.stringify(draft) !== JSON.stringify(bodyOf(schedule));
  const set = (intervals: Interval[]) => setDraft({ ...draft, intervals });
  const holiday = schedule.holiday_on
    ? t("manage.routing.nextHoliday", {
        name: schedule.holiday ?? "",
        day: new Intl.DateTimeFormat(language, { day: "numeric", month: "long" }).format(
          new Date(`${schedule.holiday_on}T12:00:00Z`),
        ),
      })
    : "";
  return (
    <li className={classes.editor} data-testid={`schedule-${schedule.id}`}>
      <div className={classes.line}>
        <TextInput
          label={t("manage.routing.name")}
          value={draft.name}
          maxLength={60}
          onChange={(event) => setDraft({ ...draft, name: event.currentTarget.value })}
        />
        <NativeSelect
          label={t("manage.routing.holidays")}
          value={draft.state}
          data={[
            { value: "", label: t("manage.routing.noHolidays") },
            ...states.map((value) => ({
              value,
              label: t(`manage.routing.states.${value as "NW"}`),
            })),
          ]}
          onChange={(event) => setDraft({ ...draft, state: event.currentTarget.value })}
        />
      </div>
      <small className={classes.hint}>
        <span className={list.badge} data-tone={schedule.now === "open" ? "good" : "wait"}>
          {t(`manage.routing.now.${schedule.now}`)}
        </span>{" "}
        {holiday}
      </small>
      <div className={classes.days}>
        {DAYS.map((weekday) => {
          const day = dayName(weekday, language);
          const add = { weekday, start: 540, end: 1020 };
          return (
            <div key={weekday} className={classes.day}>
              <span className={classes.dayName}>{day}</span>
              {draft.intervals.map((interval, index) =>
                interval.weekday === weekday ? (
                  <Times
                    key={`${interval.start}-${interval.end}`}
                    day={day}
                    interval={interval}
                    onChange={(next) =>
                      set(draft.intervals.map((each, at) => (at === index ? next : each)))
                    }
                    onRemove={() => set(draft.intervals.filter((_, at) => at !== index))}
                  />
                ) : null,
              )}
              <button
                type="button"
                className={classes.icon}
                aria-label={t("manage.routing.addTimes", { day })}
                onClick={() => set([...draft.intervals, add])}
              >
                <Icon name="add" size={16} />
              </button>
            </div>
          );
        })}
      </div>
      <div className={classes.actions}>
        <button
          type="button"
          className={buttons.primary}
          data-testid="schedule-save"
          disabled={!changed || !draft.name.trim() || change.isPending}
          onClick={() =>
            change.mutate(
              putting(path(schedule.id), bodyOf(schedule), draft, t("manage.routing.saved")),
            )
          }
        >
          {t("manage.routing.save")}
        </button>
        <Remove path={path(schedule.id)} name={schedule.name} body={bodyOf(schedule)} />
      </div>
    </li>
  );
}

/** The hours that new opening hours begin with. */
const OFFICE = DAYS.slice(0, 5).map((weekday) => ({ weekday, start: 540, end: 1020 }));

export function Schedules() {
  const { t } = useTranslation();
  const { api } = useServices();
  const states = useQuery(choicesQuery(api)).data?.states;
  return (
    <KeptList<Schedule>
      kind="schedules"
      icon="clock"
      none={t("manage.routing.noSchedules")}
      noneHint={t("manage.routing.noSchedulesHint")}
      add={t("manage.routing.addSchedule")}
      addTestId="schedule-add"
      fresh={{ name: t("manage.routing.newSchedule"), state: "NW", intervals: OFFICE }}
      row={(schedule) => (
        <Editor
          key={`${schedule.id} ${JSON.stringify(bodyOf(schedule))}`}
          schedule={schedule}
          states={states ?? [schedule.state]}
        />
      )}
    />
  );
}
