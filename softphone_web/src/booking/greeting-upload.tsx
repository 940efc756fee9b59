/** The customer's own recording: sent at once, with its progress, and heard before it is booked. */
import { useId, useState } from "react";
import { FileDrop } from "../ui/shared/file-drop";
import { clock } from "../ui/shared/format";
import { Icon } from "../ui/shared/icons";
import classes from "./booking.module.css";
import { asBookingError, type BookingApi, troubleText } from "./booking-api";
import type { AddonForm, Recording } from "./draft";
import { fill, useSpeech } from "./words";

interface UploadProps {
  api: BookingApi;
  form: AddonForm;
  recording: Recording | null;
  wrong: string | undefined;
  onChange: (recording: Recording | null) => void;
}

const MB = 1_000_000;

function useUpload({ api, form, onChange }: UploadProps) {
  const { words } = useSpeech();
  const [percent, setPercent] = useState<number | null>(null);
  const [failed, setFailed] = useState("");
  const send = async (file: File) => {
    setFailed("");
    onChange(null);
    if (file.size > form.most_megabytes * MB) {
      setFailed(fill(words.tooLarge, { megabytes: form.most_megabytes }));
      return;
    }
    setPercent(0);
    try {
      const { upload, audio, duration_seconds } = await api.upload(file, setPercent);
      onChange({ upload, audio, seconds: duration_seconds, name: file.name });
    } catch (error) {
      setFailed(troubleText(asBookingError(error), words));
    } finally {
      setPercent(null);
    }
  };
  return { percent, failed, send };
}

export function GreetingUpload(props: UploadProps) {
  const { form, recording } = props;
  const { words } = useSpeech();
  const id = useId();
  const { percent, failed, send } = useUpload(props);
  const wrong = failed || props.wrong;
  return (
    <div className={classes.upload}>
      <FileDrop
        title={recording ? words.uploadOther : words.uploadChoose}
        hint={fill(words.uploadHint, {
          megabytes: form.most_megabytes,
          seconds: form.most_seconds,
        })}
        filled={recording !== null}
        accept="audio/*,.mp3,.wav,.m4a,.ogg"
        testId="booking-file"
        disabled={percent !== null}
        input={{
          "data-field": "upload",
          "aria-invalid": wrong ? true : undefined,
          "aria-describedby": wrong ? id : undefined,
        }}
        onFile={(file) => void send(file)}
      />
      {percent === null ? null : (
        <div className={classes.progress}>
          <progress max={100} value={percent} aria-label={words.upload} />
          <span className="tabular">
            {percent < 100 ? fill(words.uploading, { percent }) : words.checking}
          </span>
        </div>
      )}
      {wrong ? (
        <p id={id} className={classes.wrong} role={failed ? "alert" : undefined}>
          {wrong}
        </p>
      ) : null}
      {recording ? (
        <div className={classes.heard} data-testid="booking-recording">
          <p>
            <Icon name="check" size={18} />
            {fill(words.uploaded, { name: recording.name, time: clock(recording.seconds) })}
          </p>
          {/* biome-ignore lint/a11y/useMediaCaption: it is what the customer has just sent */}
          <audio controls preload="none" src={recording.audio} aria-label={words.hear} />
        </div>
      ) : null}
    </div>
  );
}
