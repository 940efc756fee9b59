/** How the last call ended, or which one was missed, and the next sensible step. */
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Call } from "../../api/types";
import { Icon, type IconName } from "../shared/icons";
import { usePhone, useServices } from "../shared/services";
import { tell } from "../shared/toasts";
import { CallTimer } from "./call-timer";
import { fill } from "./draft";
import { type NextStep, nextSteps, reminderMinutes } from "./ending";
import classes from "./last-call.module.css";
import { MicrophoneHelp } from "./microphone-help-dialog";
import { wentWrong } from "./outcome";
import { remind, reminderFor } from "./reminder";
import { useEndWords, wasHandedOver } from "./use-end-words";
import { useUseNumber } from "./use-number";
import { useParty } from "./use-party";
import { useRedial } from "./use-redial";

interface CardProps {
  icon: IconName;
  kind?: "bad" | "missed" | undefined;
  testId?: string;
  title: ReactNode;
  facts: ReactNode;
  state?: string;
  children?: ReactNode;
}

function Card({ icon, kind, testId, title, facts, state, children }: CardProps) {
  const { t } = useTranslation();
  const { phone } = useServices();
  return (
    <div className={classes.card} data-kind={kind} data-testid={testId}>
      <span className={classes.sign}>
        <Icon name={icon} size={18} />
      </span>
      <div
        className={classes.text}
        data-testid={state ? "call-state" : undefined}
        data-state={state}
      >
        <strong>{title}</strong>
        <small>{facts}</small>
      </div>
      <button
        type="button"
        className={classes.dismiss}
        onClick={() => phone.dismiss()}
        aria-label={t("common.close")}
      >
        <Icon name="close" size={16} />
      </button>
      {children}
    </div>
  );
}

function Step({ step, call, minutes }: { step: NextStep; call: Call; minutes?: number }) {
  const { t } = useTranslation();
  const { phone } = useServices();
  const { busy } = usePhone();
  const redial = useRedial();
  const reuse = useUseNumber();
  const [help, setHelp] = useState(false);
  const words: Record<NextStep, string> = {
    redial: t("ending.redial"),
    "call-back": t("ending.callBack"),
    remind: t("ending.remind", { count: minutes ?? 0 }),
    "check-number": t("ending.checkNumber"),
    microphone: t("ending.microphone"),
    none: "",
  };
  const run: Record<NextStep, () => void> = {
    redial: () => redial(call),
    "call-back": () => reuse(call),
    remind: () => {
      remind(reminderFor(call, minutes ?? 0, Date.now()));
      tell(t("reminder.set", { count: minutes ?? 0 }));
      phone.dismiss();
    },
    "check-number": () => {
      fill({});
      phone.dismiss();
    },
    microphone: () => setHelp(true),
    none: () => undefined,
  };
  return (
    <>
      <button
        type="button"
        data-testid={step === "remind" ? `remind-${minutes}` : step}
        disabled={step === "redial" && busy !== null}
        onClick={run[step]}
      >
        {step === "redial" ? <Icon name="redo" size={17} /> : null}
        {step === "remind" ? <Icon name="clock" size={17} /> : null}
        {words[step]}
      </button>
      {help ? <MicrophoneHelp onClose={() => setHelp(false)} /> : null}
    </>
  );
}

function Steps({ call }: { call: Call }) {
  const steps = nextSteps(call);
  if (steps.length === 0) return null;
  return (
    <div className={classes.steps}>
      {steps.flatMap((step) =>
        step === "remind"
          ? reminderMinutes(call).map((minutes) => (
              <Step key={minutes} step={step} call={call} minutes={minutes} />
            ))
          : [<Step key={step} step={step} call={call} />],
      )}
    </div>
  );
}

function Ended({ call }: { call: Call }) {
  const party = useParty();
  const handed = wasHandedOver(call);
  const bad = !handed && wentWrong(call);
  const words = useEndWords(call);
  return (
    <Card
      icon={bad ? "alert" : handed ? "transfer" : "check"}
      kind={bad ? "bad" : undefined}
      state={call.state}
      title={
        bad ? (
          <span data-testid="error-message" data-error-id={call.cause ?? call.outcome} role="alert">
            {words}
          </span>
        ) : (
          <span role="status">{words}</span>
        )
      }
      facts={
        <>
          <span className="tabular">{party(call)}</span>
          {call.answered_at && call.direction !== "internal" ? (
            <CallTimer call={call} callAt={0} />
          ) : null}
        </>
      }
    >
      {handed ? null : <Steps call={call} />}
    </Card>
  );
}

export function LastCall() {
  const { t } = useTranslation();
  const { ended, missed, busy } = usePhone();
  const party = useParty();
  const reuse = useUseNumber();
  if (missed) {
    return (
      <Card
        icon="inbound"
        kind="missed"
        testId="missed-call"
        title={<span className="tabular">{party(missed.call)}</span>}
        facts={t(`call.missed.${missed.reason}`, { defaultValue: t("outcomes.missed") })}
      >
        {missed.call.number ? (
          <div className={classes.steps}>
            <button type="button" data-testid="call-back" onClick={() => reuse(missed.call)}>
              {t("call.callBack")}
            </button>
          </div>
        ) : null}
      </Card>
    );
  }
  if (ended) return <Ended call={ended} />;
  return (
    <span
      className="visually-hidden"
      data-testid="call-state"
      data-state={busy === "placing" ? "placing" : "idle"}
    >
      {t(busy === "placing" ? "call.states.placing" : "call.states.idle")}
    </span>
  );
}
