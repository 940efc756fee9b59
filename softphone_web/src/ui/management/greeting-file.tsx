/** Where an audio file is dropped or chosen. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Icon } from "../shared/icons";
import { useLanguage } from "../shared/services";
import { ErrorBox } from "../shared/trouble";
import type { Limits } from "./greeting-dialog";
import classes from "./greeting-dialog.module.css";
import { sizeText } from "./greeting-words";

interface GreetingFileProps {
  file: File | null;
  tooLarge: boolean;
  limits: Limits;
  onFile: (file: File) => void;
}

export function GreetingFile({ file, tooLarge, limits, onFile }: GreetingFileProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const [over, setOver] = useState(false);
  const size = sizeText(limits.maxBytes, language);
  const take = (files: FileList | null) => {
    const first = files?.[0];
    if (first) onFile(first);
  };
  return (
    <>
      <label
        className={classes.drop}
        data-over={over || undefined}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          event.stopPropagation();
          setOver(false);
          take(event.dataTransfer.files);
        }}
      >
        <Icon name={file ? "note" : "upload"} size={28} />
        <strong>{file ? file.name : t("manage.greetings.choose")}</strong>
        <small>
          {file
            ? t("manage.greetings.other")
            : t("manage.greetings.formats", { size, seconds: limits.maxSeconds })}
        </small>
        <input
          type="file"
          accept="audio/*,video/mp4,video/webm,.m4a,.ogg,.opus,.flac,.amr,.caf,.wma"
          data-testid="greeting-file"
          onChange={(event) => take(event.currentTarget.files)}
        />
      </label>
      {tooLarge ? (
        <ErrorBox errorId="greeting-too-large">{t("manage.greetings.tooLarge", { size })}</ErrorBox>
      ) : null}
    </>
  );
}
