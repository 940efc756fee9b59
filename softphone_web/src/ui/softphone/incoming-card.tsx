/** Somebody calls: who, on which number of ours, and the two answers. */
import { useTranslation } from "react-i18next";
import type { Call } from "../../api/types";
import { Flag } from "../shared/flag";
import { Icon } from "../shared/icons";
import { navigate } from "../shared/router";
import { usePhone, useServices } from "../shared/services";
import { useStore } from "../shared/use-store";
import { draft } from "./draft";
import classes from "./incoming-card.module.css";

interface IncomingCardProps {
  ring: Call;
  compact?: boolean;
}

export function IncomingCard({ ring, compact = false }: IncomingCardProps) {
  const { t } = useTranslation();
  const { phone } = useServices();
  const { busy, call } = usePhone();
  const { task } = useStore(draft);
  const answering = busy === "answering";
  const answer = () => {
    navigate("/call");
    void phone.answer(task?.external_id ?? null);
  };
  const booked = task?.title ?? ring.task_title;
  const answerWord = call ? t("call.answerEnding") : t("call.answer");
  return (
    <section
      className={classes.card}
      data-compact={compact || undefined}
      data-testid="incoming-call"
      aria-label={t("call.inbound")}
    >
      <p className={classes.kind} role="alert">
        {t("call.inbound")}
      </p>
      <div className={classes.who}>
        <span className={classes.bell}>
          <Icon name="phone" size={compact ? 24 : 34} />
        </span>
        <strong className="tabular">{ring.national ?? ring.number ?? t("common.withheld")}</strong>
        {ring.number ? (
          <span className={`${classes.e164} tabular`}>
            {ring.country ? <Flag code={ring.country} /> : null}
            {ring.number}
          </span>
        ) : null}
        {ring.label ? (
          <span className={classes.label}>{t("call.onNumber", { label: ring.label })}</span>
        ) : null}
        {booked ? (
          <span className={classes.task}>
            {t("call.onTask")}: {booked}
          </span>
        ) : null}
      </div>
      <div className={classes.actions}>
        <button
          type="button"
          className={classes.decline}
          data-testid="decline-button"
          disabled={answering}
          onClick={() => void phone.decline()}
        >
          <Icon name="hangup" size={24} />
          {t("call.decline")}
        </button>
        <button
          type="button"
          className={classes.answer}
          data-testid="answer-button"
          disabled={busy !== null}
          onClick={answer}
        >
          <Icon name="phone" size={24} />
          {answering ? t("call.answering") : answerWord}
        </button>
      </div>
    </section>
  );
}
