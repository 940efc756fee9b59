/** Somebody calls: who, on which number of ours, and the two answers. */
import { useTranslation } from "react-i18next";
import type { Call } from "../../api/types";
import { Icon } from "../shared/icons";
import { usePhone, useServices } from "../shared/services";
import { Caller } from "./caller";
import classes from "./incoming-card.module.css";
import { ariaKeys, keysText } from "./shortcuts";
import { useAnswer } from "./use-answer";
import { useParty } from "./use-party";

interface IncomingCardProps {
  ring: Call;
  compact?: boolean;
}

export function IncomingCard({ ring, compact = false }: IncomingCardProps) {
  const { t } = useTranslation();
  const { phone } = useServices();
  const { busy } = usePhone();
  const party = useParty();
  const answering = useAnswer(ring);
  const taking = busy === "answering";
  return (
    <section
      className={classes.card}
      data-compact={compact || undefined}
      data-testid="incoming-call"
      data-stage="ring"
      tabIndex={-1}
      aria-label={t("call.inbound")}
    >
      <p className={classes.kind} role="alert">
        {ring.direction === "internal" ? t("ring.colleagueCalls") : t("call.inbound")}
        <span className="visually-hidden">: {party(ring)}</span>
      </p>
      <div className={classes.who}>
        <span className={classes.bell}>
          <Icon name="phone" size={compact ? 24 : 32} />
        </span>
        <Caller ring={ring} answering={answering} calls={compact ? 1 : 3} />
      </div>
      <div className={classes.actions}>
        <button
          type="button"
          className={classes.decline}
          data-testid="decline-button"
          aria-keyshortcuts={ariaKeys("decline")}
          title={`${t("call.decline")} (${keysText("decline")})`}
          disabled={taking}
          onClick={() => void phone.decline(ring.id)}
        >
          <Icon name="hangup" size={24} />
          {t("call.decline")}
        </button>
        <button
          type="button"
          className={classes.answer}
          data-testid="answer-button"
          aria-keyshortcuts={ariaKeys("answer")}
          title={`${t("call.answer")} (${keysText("answer")})`}
          disabled={busy !== null}
          onClick={() => answering.answer()}
        >
          <Icon name="phone" size={24} />
          {taking ? t("call.answering") : t("call.answer")}
        </button>
      </div>
    </section>
  );
}
