/** Noise suppression, notices in the background, calls while the page is closed. */
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { noiseSuppression, setNoiseSuppression } from "../../phone/devices";
import { disablePush, enablePush, type PushState, pushState } from "../../push/push";
import buttons from "./button.module.css";
import { useServices } from "./services";
import classes from "./sound-dialog.module.css";
import { Switch } from "./switch";
import { warn } from "./toasts";
import { useStore } from "./use-store";

export function NoiseSwitch() {
  const { t } = useTranslation();
  const [on, setOn] = useState(noiseSuppression);
  return (
    <Switch
      testId="noise-suppression"
      label={t("sound.noise")}
      hint={t("sound.noiseHint")}
      on={on}
      onChange={(next) => {
        setOn(next);
        void setNoiseSuppression(next);
      }}
    />
  );
}

export function NotifySwitch() {
  const { t } = useTranslation();
  const [permission, setPermission] = useState(
    "Notification" in window ? Notification.permission : "denied",
  );
  const words = {
    granted: t("sound.notifyOn"),
    denied: t("sound.notifyDenied"),
    default: t("sound.notifyAsk"),
  };
  return (
    <Switch
      testId="notify-enable"
      label={t("sound.notify")}
      hint={words[permission]}
      on={permission === "granted"}
      disabled={permission !== "default"}
      onChange={() => void Notification.requestPermission().then(setPermission)}
    />
  );
}

export function PushSwitch() {
  const { t } = useTranslation();
  const { api } = useServices();
  const [state, setState] = useState<PushState | "busy">("busy");
  useEffect(() => {
    let gone = false;
    void pushState().then((found) => {
      if (!gone) setState(found);
    });
    return () => {
      gone = true;
    };
  }, []);
  const change = async (on: boolean) => {
    setState("busy");
    try {
      setState(await (on ? enablePush(api) : disablePush(api)));
    } catch {
      warn(t("push.failed"));
      setState(await pushState());
    }
  };
  const hint = {
    on: t("push.on"),
    off: "",
    busy: "",
    denied: t("push.blocked"),
    unsupported: t("push.unsupported"),
  }[state];
  return (
    <Switch
      testId="push-enable"
      label={t("push.label")}
      hint={hint}
      on={state === "on"}
      disabled={state === "busy" || state === "unsupported" || state === "denied"}
      onChange={(on) => void change(on)}
    />
  );
}

/** The buttons of a headset on the cable or its base; only where the browser has WebHID. */
export function HeadsetRow() {
  const { t } = useTranslation();
  const { headset } = useServices();
  const name = useStore(headset);
  if (!headset.supported) return null;
  return (
    <div className={classes.headset}>
      <span>
        {t("sound.headset")}
        <small>{name || t("sound.headsetHint")}</small>
      </span>
      <button
        type="button"
        className={buttons.secondary}
        data-testid="headset-connect"
        onClick={() => void (name ? headset.disconnect() : headset.connect())}
      >
        {name ? t("sound.headsetOff") : t("sound.headsetOn")}
      </button>
    </div>
  );
}
