/** How the last call ended, or which one was missed; stays until the next or a click. */
import { useTranslation } from "react-i18next";
import type { Call } from "../../api/types";
import { Icon } from "../shared/icons";
import { usePhone, useServices } from "../shared/services";
import { CallTimer } from "./call-timer";
import classes from "./last-call.module.css";
import { outcomeKey, wentWrong } from "./outcome";
import { useUseNumber } from "./use-number";

function Party({ call }: { call: Call }) {
  const { t } = useTranslation();
  return <span className="tabular">{call.national ?? call.number ?? t("common.withheld")}</span>;
}

function Ended({ call }: { call: Call }) {
  const { t } = useTranslation();
  const { phone } = useServices();
  const bad = wentWrong(call);
  const outcome = t(`outcomes.${outcomeKey(call)}`);
  const text = bad ? (
    <span data-testid="error-message" data-error-id={call.cause ?? call.outcome} role="alert">
      {call.detail || outcome}
    </span>
  ) : (
    <span>{outcome}</span>
  );
  return (
    <div className={classes.card} data-bad={bad || undefined}>
      <span className={classes.sign}>
        <Icon name={bad ? "alert" : "check"} size={18} />
      </span>
      <div className={classes.text} data-testid="call-state" data-state={call.state}>
        <strong>{text}</strong>
        <small>
          <Party call={call} />
          {call.answered_at ? <CallTimer call={call} callAt={0} /> : null}
        </small>
      </div>
      <Dismiss onClick={() => phone.dismiss()} />
    </div>
  );
}

function Dismiss({ onClick }: { onClick: () => void }) {
  const { t } = useTranslation();
  return (
    <button
      type="button"
      className={classes.dismiss}
      onClick={onClick}
      aria-label={t("common.close")}
    >
      <Icon name="close" size={16} />
    </button>
  );
}

export function LastCall() {
  const { t } = useTranslation();
  const { phone } = useServices();
  const { ended, missed, busy } = usePhone();
  const reuse = useUseNumber();
  if (missed) {
    return (
      <div className={classes.card} data-missed data-testid="missed-call">
        <span className={classes.sign}>
          <Icon name="inbound" size={18} />
        </span>
        <div className={classes.text}>
          <strong>
            <Party call={missed.call} />
          </strong>
          <small>{t(`call.missed.${missed.reason}`, { defaultValue: t("outcomes.missed") })}</small>
        </div>
        {missed.call.number ? (
          <button type="button" className={classes.again} onClick={() => reuse(missed.call)}>
            {t("call.callBack")}
          </button>
        ) : null}
        <Dismiss onClick={() => phone.dismiss()} />
      </div>
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
