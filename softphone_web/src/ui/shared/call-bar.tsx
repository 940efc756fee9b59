/** The call under way, while another page is shown. */
import { useTranslation } from "react-i18next";
import { CallTimer } from "../softphone/call-timer";
import { useParty } from "../softphone/use-party";
import classes from "./call-bar.module.css";
import { Icon } from "./icons";
import { Link } from "./router";
import { usePhone, useServices } from "./services";

export function CallBar() {
  const { t } = useTranslation();
  const { phone } = useServices();
  const { call, callAt, ending, muted } = usePhone();
  const party = useParty();
  if (!call) return null;
  return (
    <section className={classes.bar} aria-label={t(`call.${call.direction}`)}>
      <Link href="/call" className={classes.call}>
        <Icon name="phone" size={18} />
        <strong className="tabular">{party(call)}</strong>
        <span>{t(`call.states.${call.state}`)}</span>
        <CallTimer call={call} callAt={callAt} />
        <span className={classes.back}>{t("call.back")}</span>
      </Link>
      <button
        type="button"
        className={classes.mute}
        data-testid="bar-mute"
        aria-pressed={muted}
        aria-label={t("call.mute")}
        onClick={() => phone.mute(!muted)}
      >
        <Icon name={muted ? "microphoneOff" : "microphone"} size={20} />
      </button>
      <button
        type="button"
        className={classes.hangup}
        disabled={ending}
        onClick={() => void phone.hangUp()}
        aria-label={t("call.hangup")}
      >
        <Icon name="hangup" size={20} />
      </button>
    </section>
  );
}
