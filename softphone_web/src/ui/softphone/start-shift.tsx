/** The first click of the day: sound on, a test tone, permission for notices, the offer of push. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { BrowserRinger } from "../../phone/ringer";
import { enablePush, pushState } from "../../push/push";
import buttons from "../shared/button.module.css";
import { Icon } from "../shared/icons";
import { useMe, useServices } from "../shared/services";
import { useSetStatus } from "../shared/status-select";
import { tell, warn } from "../shared/toasts";
import { useSoundLocked } from "../shared/use-sound-locked";
import { useStore } from "../shared/use-store";
import { shiftStarted, startShift } from "./shift";
import classes from "./start-shift.module.css";

function askForNotices(): Promise<NotificationPermission> {
  if (!("Notification" in window)) return Promise.resolve("denied");
  if (Notification.permission !== "default") return Promise.resolve(Notification.permission);
  return Notification.requestPermission();
}

const TEST_TONE_MS = 1_400;

/** The ringing tone itself, once, on the device that is meant to ring. */
function playTestTone(ringer: BrowserRinger, ringing: () => boolean): void {
  if (ringing()) return;
  ringer.ring();
  setTimeout(() => {
    if (!ringing()) ringer.silence();
  }, TEST_TONE_MS);
}

function useStart(onOffer: () => void): () => Promise<void> {
  const { t } = useTranslation();
  const { ringer, phone } = useServices();
  const { status } = useMe();
  const setStatus = useSetStatus();
  return async () => {
    ringer.unlock();
    playTestTone(ringer, () => phone.snapshot().rings.length > 0);
    if (status === "off") setStatus("available");
    const permission = await askForNotices();
    startShift();
    tell(t("shift.started"));
    if (permission === "granted" && (await pushState()) === "off") onOffer();
  };
}

function PushOffer({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const { api } = useServices();
  const enable = () => {
    onDone();
    enablePush(api).catch(() => warn(t("push.failed")));
  };
  return (
    <div className={classes.card} role="status">
      <Icon name="bell" size={20} />
      <p>{t("shift.push")}</p>
      <button type="button" className={buttons.quiet} data-testid="push-enable" onClick={enable}>
        {t("shift.pushOn")}
      </button>
      <button
        type="button"
        className={classes.close}
        aria-label={t("common.close")}
        onClick={onDone}
      >
        <Icon name="close" size={16} />
      </button>
    </div>
  );
}

export function StartShift() {
  const { t } = useTranslation();
  const { status } = useMe();
  const started = useStore(shiftStarted);
  const locked = useSoundLocked();
  const [offer, setOffer] = useState(false);
  const start = useStart(() => setOffer(true));
  if (offer) return <PushOffer onDone={() => setOffer(false)} />;
  if (started && !locked && status !== "off") return null;
  return (
    <div className={classes.card} data-locked={locked || undefined}>
      <Icon name="bell" size={20} />
      <p>
        <strong>{t("shift.title")}</strong>
        <span>{t("shift.text")}</span>
      </p>
      <button
        type="button"
        className={buttons.quiet}
        data-testid="start-shift"
        onClick={() => void start()}
      >
        {t("shift.start")}
      </button>
    </div>
  );
}
