/** What stands between this browser and a call, and what to do about it. */
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Icon, type IconName } from "../shared/icons";
import { useServices } from "../shared/services";
import { useStore } from "../shared/use-store";
import classes from "./microphone-notice.module.css";

/** Whether the page was touched: until then the browser keeps it mute. */
function useTouched(): boolean {
  const [touched, setTouched] = useState(navigator.userActivation?.hasBeenActive ?? true);
  useEffect(() => {
    if (touched) return;
    const touch = () => setTouched(true);
    window.addEventListener("pointerdown", touch, { once: true });
    window.addEventListener("keydown", touch, { once: true });
    return () => {
      window.removeEventListener("pointerdown", touch);
      window.removeEventListener("keydown", touch);
    };
  }, [touched]);
  return touched;
}

interface NoticeProps {
  icon?: IconName;
  title: string;
  text: string;
  action?: { label: string; run: () => void } | undefined;
}

function Notice({ icon = "microphoneOff", title, text, action }: NoticeProps) {
  return (
    <div className={classes.notice} role="status" data-testid="notice">
      <Icon name={icon} size={20} />
      <div className={classes.text}>
        <strong>{title}</strong>
        <span>{text}</span>
      </div>
      {action ? (
        <button type="button" onClick={action.run}>
          {action.label}
        </button>
      ) : null}
    </div>
  );
}

export function MicrophoneNotice() {
  const { t } = useTranslation();
  const { microphone, support } = useServices();
  const state = useStore(microphone);
  const touched = useTouched();
  if (support === "insecure") {
    return <Notice title={t("support.insecureTitle")} text={t("support.insecure")} />;
  }
  if (support !== "ok") return <Notice title={t("support.otherTitle")} text={t("support.other")} />;
  switch (state) {
    case "prompt": {
      const ask = () =>
        void microphone.open().then(
          () => microphone.close(),
          () => undefined,
        );
      return (
        <Notice
          title={t("microphone.promptTitle")}
          text={t("microphone.prompt")}
          action={{ label: t("microphone.allow"), run: ask }}
        />
      );
    }
    case "denied":
      return <Notice title={t("microphone.deniedTitle")} text={t("microphone.denied")} />;
    case "missing":
      return <Notice title={t("microphone.missingTitle")} text={t("microphone.missing")} />;
    case "busy":
      return <Notice title={t("microphone.busyTitle")} text={t("microphone.busy")} />;
    case "granted":
      if (touched) return null;
      return <Notice icon="bell" title={t("microphone.ringTitle")} text={t("microphone.ring")} />;
    default:
      return null;
  }
}
