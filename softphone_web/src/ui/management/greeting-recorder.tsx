/** Records a greeting in the page: countdown, level, listen, once more. */
import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { preferred } from "../../phone/devices";
import { clock } from "../shared/format";
import { Icon } from "../shared/icons";
import { usePhone } from "../shared/services";
import { ErrorBox } from "../shared/trouble";
import { useLevel } from "../shared/use-level";
import classes from "./greeting-dialog.module.css";
import { type Recording, useRecorder } from "./use-recorder";

function Level() {
  const { t } = useTranslation();
  const level = useLevel(preferred("microphone"));
  return <meter className={classes.meter} value={level} aria-label={t("manage.greetings.level")} />;
}

function Words({ recording, maxSeconds }: { recording: Recording; maxSeconds: number }) {
  const { t } = useTranslation();
  if (recording.phase === "countdown") {
    return <strong>{t("manage.greetings.getReady", { count: recording.left })}</strong>;
  }
  if (recording.phase === "recording") {
    return (
      <strong className="tabular">
        {t("manage.greetings.recording")} {clock(recording.seconds)}
      </strong>
    );
  }
  return <span>{t("manage.greetings.recordHint", { seconds: maxSeconds })}</span>;
}

interface GreetingRecorderProps {
  maxSeconds: number;
  /** Whether there is a recording already. */
  taken: boolean;
  onTake: (sound: Blob) => void;
}

export function GreetingRecorder({ maxSeconds, taken, onTake }: GreetingRecorderProps) {
  const { t } = useTranslation();
  const { call, ring } = usePhone();
  const { recording, start, finish } = useRecorder(maxSeconds, onTake);
  const busy = call !== null || ring !== null;
  const going = recording.phase === "countdown" || recording.phase === "recording";
  return (
    <div className={classes.recorder} data-testid="greeting-recorder" data-phase={recording.phase}>
      <div className={classes.said} aria-live="polite">
        <Words recording={recording} maxSeconds={maxSeconds} />
      </div>
      {going ? <Level /> : null}
      {recording.phase === "failed" ? (
        <ErrorBox errorId="no-microphone">{t("manage.greetings.noMicrophone")}</ErrorBox>
      ) : null}
      {going ? (
        <Button
          color="red"
          data-testid="greeting-record-finish"
          disabled={recording.phase === "countdown"}
          onClick={finish}
        >
          {t("manage.greetings.finish")}
        </Button>
      ) : (
        <Button
          variant={taken ? "light" : "filled"}
          data-testid="greeting-record"
          disabled={busy}
          leftSection={<Icon name="microphone" size={18} />}
          onClick={start}
        >
          {t(taken ? "manage.greetings.again" : "manage.greetings.record")}
        </Button>
      )}
      {busy ? <small>{t("manage.greetings.busy")}</small> : null}
    </div>
  );
}
