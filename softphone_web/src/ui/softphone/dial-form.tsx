/** Task, country, number, Call. */
import { type FormEvent, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Icon } from "../shared/icons";
import { usePhone, useServices } from "../shared/services";
import { ErrorBox, troubleText } from "../shared/trouble";
import { useStore } from "../shared/use-store";
import { AskHandover } from "./ask-handover";
import classes from "./dial-form.module.css";
import { change, draft } from "./draft";
import { LastCall } from "./last-call";
import { MicrophoneNotice } from "./microphone-notice";
import { NumberField } from "./number-field";
import { NumberPreview } from "./number-preview";
import { ReminderCard } from "./reminder-card";
import { ShareGauge } from "./share-gauge";
import { StartShift } from "./start-shift";
import { TaskPicker } from "./task-picker";
import { useAgain } from "./use-again";
import { isEmergency, useCheck } from "./use-check";
import { usePlace, useSpokenRefusal } from "./use-place";
import { useShortcuts } from "./use-shortcuts";
import { useTypingAnywhere } from "./use-typing";

export function DialForm() {
  const { t } = useTranslation();
  const { phone, support } = useServices();
  const { busy, trouble, live } = usePhone();
  const { task, country, number, filled } = useStore(draft);
  const checked = useCheck(country, number, task?.external_id ?? "");
  const place = usePlace();
  const again = useAgain();
  const input = useRef<HTMLInputElement>(null);
  const allowed = checked.check?.allowed === true && !checked.stale;
  const emergency = !checked.stale && isEmergency(checked.check);
  const ready = support === "ok" && (emergency || (task !== null && allowed));
  useTypingAnywhere(input);
  useShortcuts({ dismiss: () => phone.dismiss() });
  useSpokenRefusal(trouble);

  useEffect(() => {
    // Ready to type, also after a call; on a telephone that would bring up its keyboard.
    const byHand = window.matchMedia("(pointer: fine)").matches && draft.snapshot().task;
    if (filled > 0 || byHand) input.current?.focus();
  }, [filled]);

  /** With nothing typed, the first Enter brings the last number back, the second dials it. */
  const dial = () => {
    if (number.trim() === "") again();
    else if (support === "ok") void place();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    dial();
  };
  const missing = task ? (number.trim() ? "" : t("dial.needNumber")) : t("dial.needTask");
  const needed = live === "lost" ? t("dial.offline") : missing;
  return (
    <form className={classes.form} onSubmit={submit}>
      <div className={classes.task}>
        <TaskPicker
          task={task}
          onChange={(next) => {
            change({ task: next });
            input.current?.focus();
          }}
        />
        <ShareGauge task={task?.external_id ?? null} />
      </div>
      <NumberField
        country={country}
        number={number}
        input={input}
        onCountry={(code) => change({ country: code })}
        onNumber={(next) => {
          if (trouble) phone.dismiss();
          change({ number: next });
        }}
        onEnter={dial}
        onEscape={() => phone.dismiss()}
      />
      <NumberPreview checked={checked} typed={number} />
      <div>
        <button
          type="submit"
          className={classes.call}
          data-testid="call-button"
          data-busy={busy === "placing" || undefined}
          disabled={!ready || busy !== null}
        >
          <Icon name="phone" size={24} />
          {busy === "placing" ? t("dial.calling") : t("dial.call")}
        </button>
        <p className={classes.hint}>{emergency ? "" : needed}</p>
      </div>
      {/* Below the button, so that nothing above it moves when something is to be said. */}
      <div className={classes.slot}>
        {trouble ? (
          <ErrorBox
            errorId={trouble.errorId}
            onDismiss={() => phone.dismiss()}
            action={trouble.errorId === "handover-open" ? <AskHandover /> : undefined}
          >
            {troubleText(trouble)}
          </ErrorBox>
        ) : null}
        <LastCall />
        <ReminderCard />
        <MicrophoneNotice />
        <StartShift />
      </div>
    </form>
  );
}
