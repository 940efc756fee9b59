/** The countdown of a reminder; when it is due it asks for attention, but never dials. */
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useFillForm } from "../desk/use-fill";
import { clock } from "../shared/format";
import { Icon } from "../shared/icons";
import { useServices } from "../shared/services";
import { useStore } from "../shared/use-store";
import { type Reminder, remind, reminder, secondsUntil } from "./reminder";
import classes from "./reminder-card.module.css";

function useSecondsUntil(due: Reminder): number {
  const [seconds, setSeconds] = useState(() => secondsUntil(due, Date.now()));
  useEffect(() => {
    const look = () => setSeconds(secondsUntil(due, Date.now()));
    look();
    const timer = setInterval(look, 500);
    return () => clearInterval(timer);
  }, [due]);
  return seconds;
}

function Shown({ due }: { due: Reminder }) {
  const { t } = useTranslation();
  const { ringer } = useServices();
  const fillForm = useFillForm();
  const seconds = useSecondsUntil(due);
  const now = seconds === 0;
  useEffect(() => {
    if (now) ringer.over();
  }, [now, ringer]);
  return (
    <section
      className={classes.card}
      data-testid="reminder"
      data-due={now || undefined}
      aria-label={t("reminder.label")}
    >
      <Icon name="clock" size={19} />
      <span className="tabular" aria-live={now ? "assertive" : "off"}>
        {now
          ? t("reminder.due", { party: due.shown })
          : t("reminder.in", { party: due.shown, time: clock(seconds) })}
      </span>
      <button
        type="button"
        data-testid="reminder-fill"
        onClick={() => {
          remind(null);
          void fillForm({ number: due.number, country: due.country, task: due.task });
        }}
      >
        {t("reminder.fill")}
      </button>
      <button
        type="button"
        className={classes.cancel}
        aria-label={t("reminder.cancel")}
        onClick={() => remind(null)}
      >
        <Icon name="close" size={16} />
      </button>
    </section>
  );
}

export function ReminderCard() {
  const due = useStore(reminder);
  return due ? <Shown key={due.dueAt} due={due} /> : null;
}
