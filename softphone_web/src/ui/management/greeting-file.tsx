/** A greeting from an audio file. */
import { useTranslation } from "react-i18next";
import { FileDrop } from "../shared/file-drop";
import { useLanguage } from "../shared/services";
import { ErrorBox } from "../shared/trouble";
import type { Limits } from "./greeting-dialog";
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
  const size = sizeText(limits.maxBytes, language);
  return (
    <>
      <FileDrop
        title={file ? file.name : t("manage.greetings.choose")}
        hint={
          file
            ? t("manage.greetings.other")
            : t("manage.greetings.formats", { size, seconds: limits.maxSeconds })
        }
        filled={file !== null}
        accept="audio/*,video/mp4,video/webm,.m4a,.ogg,.opus,.flac,.amr,.caf,.wma"
        testId="greeting-file"
        onFile={onFile}
      />
      {tooLarge ? (
        <ErrorBox errorId="greeting-too-large">{t("manage.greetings.tooLarge", { size })}</ErrorBox>
      ) : null}
    </>
  );
}
