/** The call under way takes the stage. */
import { type ReactNode, useCallback, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Call } from "../../api/types";
import { meaning, stageOf } from "../../phone/call-state";
import { Flag } from "../shared/flag";
import { Icon, type IconName } from "../shared/icons";
import { playSound, soundBlocked } from "../shared/remote-audio";
import { usePhone, useServices } from "../shared/services";
import { ErrorBox, troubleText } from "../shared/trouble";
import { useStore } from "../shared/use-store";
import classes from "./call-stage.module.css";
import { CallTimer } from "./call-timer";
import { Keypad } from "./keypad";
import { useTones } from "./use-typing";

function Party({ call }: { call: Call }) {
  const { t } = useTranslation();
  const shown = call.direction === "outbound" ? call.caller_id_printed : null;
  return (
    <div className={classes.party}>
      <strong className="tabular">{call.national ?? call.number ?? t("common.withheld")}</strong>
      {call.number ? (
        <span className={`${classes.e164} tabular`}>
          {call.country ? <Flag code={call.country} /> : null}
          {call.number}
        </span>
      ) : null}
      {call.task_title ? <span className={classes.task}>{call.task_title}</span> : null}
      <span className={classes.shown}>
        {shown ? t("call.shown", { number: shown }) : null}
        {call.direction === "inbound" && call.label
          ? t("call.onNumber", { label: call.label })
          : null}
      </span>
    </div>
  );
}

function State({ call, callAt }: { call: Call; callAt: number }) {
  const { t } = useTranslation();
  const { ending, leg } = usePhone();
  const { counts } = meaning(call.state);
  const back = stageOf(call, false, null, leg) === "returning";
  const words = ending
    ? t("call.ending")
    : t(back ? "call.returning" : `call.states.${call.state}`);
  return (
    <div className={classes.state} data-counts={counts || undefined}>
      <CallTimer call={call} callAt={callAt} className={classes.timer} />
      <p
        className={classes.words}
        data-testid="call-state"
        data-state={call.state}
        data-leg={leg}
        aria-live="polite"
      >
        {counts && !back ? null : <span className={classes.dots} />}
        {words}
      </p>
    </div>
  );
}

interface ControlProps {
  icon: IconName;
  label: string;
  testId: string;
  pressed?: boolean;
  danger?: boolean;
  disabled?: boolean;
  onClick: () => void;
}

function Control({ icon, label, testId, pressed, danger, disabled, onClick }: ControlProps) {
  return (
    <button
      type="button"
      className={classes.control}
      data-testid={testId}
      data-danger={danger || undefined}
      aria-pressed={pressed}
      disabled={disabled}
      onClick={onClick}
    >
      <span className={classes.round}>
        <Icon name={icon} size={28} />
      </span>
      {label}
    </button>
  );
}

/** Trouble with the sound of this call, in order of urgency. */
function SoundNotice(): ReactNode {
  const { t } = useTranslation();
  const { phone } = useServices();
  const { leg, trouble, muted } = usePhone();
  const blocked = useStore(soundBlocked);
  if (trouble) return <ErrorBox errorId={trouble.errorId}>{troubleText(trouble)}</ErrorBox>;
  if (leg === "elsewhere") {
    return (
      <div className={classes.notice}>
        <span>{t("call.elsewhere")}</span>
        <button type="button" data-testid="take-over" onClick={() => phone.takeOver()}>
          {t("call.takeOver")}
        </button>
      </div>
    );
  }
  if (blocked) {
    return (
      <div className={classes.notice}>
        <span>{t("call.soundBlocked")}</span>
        <button type="button" onClick={playSound}>
          {t("call.soundOn")}
        </button>
      </div>
    );
  }
  return muted ? <p className={classes.muted}>{t("call.mutedNote")}</p> : null;
}

export function CallStage({ call }: { call: Call }) {
  const { t } = useTranslation();
  const { phone, ringer } = useServices();
  const { callAt, muted, tones, ending, leg } = usePhone();
  const [keypad, setKeypad] = useState(false);
  const send = useCallback(
    (text: string) => {
      const sent = phone.sendTones(text);
      if (sent.length === 1) ringer.key(sent);
    },
    [phone, ringer],
  );
  useTones(send);
  useEffect(() => setKeypad((open) => open || tones !== ""), [tones]);
  return (
    <section
      className={classes.stage}
      aria-label={t(`call.${call.direction}`)}
      data-keypad={keypad || undefined}
    >
      <p className={classes.kind}>
        <Icon name={call.direction} size={17} />
        {t(`call.${call.direction}`)}
      </p>
      <div className={classes.middle}>
        <Party call={call} />
        <State call={call} callAt={callAt} />
        {keypad ? <Keypad tones={tones} onKey={send} /> : null}
      </div>
      <div className={classes.notices}>
        <SoundNotice />
      </div>
      <div className={classes.controls}>
        <Control
          icon={muted ? "microphoneOff" : "microphone"}
          label={muted ? t("call.unmute") : t("call.mute")}
          testId="mute-button"
          pressed={muted}
          disabled={leg === "elsewhere"}
          onClick={() => phone.mute(!muted)}
        />
        <Control
          icon="keypad"
          label={t("call.keypad")}
          testId="keypad-button"
          pressed={keypad}
          onClick={() => setKeypad(!keypad)}
        />
        <Control
          icon="hangup"
          label={t("call.hangup")}
          testId="hangup-button"
          danger
          disabled={ending}
          onClick={() => void phone.hangUp()}
        />
      </div>
    </section>
  );
}
