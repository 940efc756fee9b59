/** Whether calls ring here, in one dot and one word. */
import { useTranslation } from "react-i18next";
import classes from "./live-status.module.css";
import { usePhone, useServices } from "./services";
import { useStore } from "./use-store";

export function LiveStatus() {
  const { t } = useTranslation();
  const { live } = usePhone();
  const { microphone, support } = useServices();
  const state = useStore(microphone);
  const reachable = support === "ok" && (state === "granted" || state === "prompt");
  const shown = live === "live" && !reachable ? "connected" : live;
  const hint = {
    live: t("live.liveHint"),
    connected: t("live.muteHint"),
    connecting: t("live.connecting"),
    lost: t("live.lostHint"),
    off: t("live.off"),
  }[shown];
  return (
    <output className={classes.status} data-live={shown} data-testid="live-status" title={hint}>
      <span className={classes.dot} />
      <span className={classes.word}>{t(`live.${shown}`)}</span>
    </output>
  );
}
