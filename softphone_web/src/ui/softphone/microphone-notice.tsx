/** What stands between this browser and a call, and what to do about it. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Icon } from "../shared/icons";
import { useServices } from "../shared/services";
import { useStore } from "../shared/use-store";
import { MicrophoneHelp } from "./microphone-help-dialog";
import classes from "./microphone-notice.module.css";

interface NoticeProps {
  title: string;
  text: string;
  action?: { label: string; run: () => void } | undefined;
}

function Notice({ title, text, action }: NoticeProps) {
  return (
    <div className={classes.notice} role="status" data-testid="notice">
      <Icon name="microphoneOff" size={20} />
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
  const [help, setHelp] = useState(false);
  const show = { label: t("micHelp.open"), run: () => setHelp(true) };
  const sheet = help ? <MicrophoneHelp onClose={() => setHelp(false)} /> : null;
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
      return (
        <>
          <Notice title={t("microphone.deniedTitle")} text={t("microphone.denied")} action={show} />
          {sheet}
        </>
      );
    case "missing":
      return <Notice title={t("microphone.missingTitle")} text={t("microphone.missing")} />;
    case "busy":
      return (
        <>
          <Notice title={t("microphone.busyTitle")} text={t("microphone.busy")} action={show} />
          {sheet}
        </>
      );
    default:
      return null;
  }
}
