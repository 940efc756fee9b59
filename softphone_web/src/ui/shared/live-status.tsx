/** What stands in the header about reachability: connection, my status, the technical check. */
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import classes from "./live-status.module.css";
import { usePhone, useServices } from "./services";
import { StatusSelect } from "./status-select";
import { useStore } from "./use-store";

const PreshiftBadge = lazy(() =>
  import("../desk/preshift").then((module) => ({ default: module.PreshiftBadge })),
);

function Connection() {
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

export function LiveStatus() {
  return (
    <>
      <Suspense fallback={<span className={classes.slot} />}>
        <PreshiftBadge />
      </Suspense>
      <Connection />
      <StatusSelect />
    </>
  );
}
