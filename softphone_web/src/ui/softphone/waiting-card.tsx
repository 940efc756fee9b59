/** A second call while one is under way: answer it and keep the first, or not. */
import { useTranslation } from "react-i18next";
import type { Call } from "../../api/types";
import { Icon } from "../shared/icons";
import { usePhone, useServices } from "../shared/services";
import { Caller } from "./caller";
import { ariaKeys, keysText } from "./shortcuts";
import { useAnswer } from "./use-answer";
import { useParty } from "./use-party";
import classes from "./waiting-card.module.css";

export function WaitingCard({ ring }: { ring: Call }) {
  const { t } = useTranslation();
  const { phone } = useServices();
  const { busy, call, calls } = usePhone();
  const party = useParty();
  const answering = useAnswer(ring);
  const taking = busy === "answering";
  // With two calls already there is no third to hold.
  const full = calls.length > 1 || !call;
  return (
    <section
      className={classes.card}
      data-compact
      data-testid="waiting-card"
      tabIndex={-1}
      aria-label={t("ring.waiting")}
    >
      <p className={classes.kind} role="alert">
        <span className={classes.dot} />
        {t("ring.waiting")}
        <span className="visually-hidden">: {party(ring)}</span>
      </p>
      <Caller ring={ring} answering={answering} calls={1} />
      <div className={classes.actions}>
        <button
          type="button"
          className={classes.hold}
          data-testid="answer-hold"
          aria-keyshortcuts={ariaKeys("answer")}
          title={keysText("answer")}
          disabled={busy !== null || full}
          onClick={() => answering.answer("hold")}
        >
          <Icon name="phone" size={21} />
          <span>
            {taking ? t("call.answering") : t("ring.answerHold")}
            {call ? <small>{t("ring.answerHoldHint", { name: party(call) })}</small> : null}
          </span>
        </button>
        <button
          type="button"
          data-testid="answer-end"
          disabled={busy !== null}
          onClick={() => answering.answer("end")}
        >
          {t("call.answerEnding")}
        </button>
        <button
          type="button"
          className={classes.decline}
          data-testid="decline-button"
          aria-keyshortcuts={ariaKeys("decline")}
          title={`${t("call.decline")} (${keysText("decline")})`}
          disabled={taking}
          onClick={() => void phone.decline(ring.id)}
        >
          <Icon name="hangup" size={20} />
          {t("call.decline")}
        </button>
      </div>
    </section>
  );
}
