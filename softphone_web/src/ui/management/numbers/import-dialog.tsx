/** Takes over numbers from a CSV file: first shown what would happen, then done. */
import { Button } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { troubleOf } from "../../../phone/phone";
import { Dialog } from "../../shared/dialog";
import { Icon } from "../../shared/icons";
import { useServices } from "../../shared/services";
import { tell, warn } from "../../shared/toasts";
import { ErrorBox, errorText } from "../../shared/trouble";
import classes from "./import-dialog.module.css";
import { importNumbers, type NumberImport, useRefreshNumbers } from "./numbers-api";

const LINES = ["created", "updated", "unchanged"] as const;

function Preview({ result }: { result: NumberImport }) {
  const { t } = useTranslation();
  if (result.errors.length > 0) {
    return (
      <ul className={classes.errors} data-testid="numbers-import-errors">
        {result.errors.map(({ row, text }) => (
          <li key={`${row} ${text}`}>
            <b>{t("manage.numbers.importing.row", { row })}</b>
            <span>{text}</span>
          </li>
        ))}
      </ul>
    );
  }
  return (
    <p data-testid="numbers-import-preview">
      {LINES.map((line) => t(`manage.numbers.importing.${line}`, { count: result[line] })).join(
        " · ",
      )}
    </p>
  );
}

export function ImportDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { api } = useServices();
  const refresh = useRefreshNumbers();
  const [chosen, setChosen] = useState<{ file: File; round: number } | null>(null);
  const preview = useQuery({
    queryKey: ["numbers-import", chosen?.round],
    queryFn: () => importNumbers(api, chosen?.file ?? new Blob(), true),
    enabled: chosen !== null,
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  const start = useMutation({
    mutationFn: (file: File) => importNumbers(api, file, false),
    onSuccess: ({ created, updated }) => {
      tell(t("manage.numbers.importing.done", { created, updated }));
      onClose();
    },
    onError: (error) => warn(errorText(error)),
    onSettled: refresh,
  });
  const { data, error } = preview;
  const useful = data ? data.errors.length === 0 && data.created + data.updated > 0 : false;
  return (
    <Dialog title={t("manage.numbers.importing.title")} onClose={onClose}>
      <div className={classes.body} data-testid="numbers-import-dialog">
        <p>{t("manage.numbers.importing.intro")}</p>
        <label className={classes.file}>
          <Icon name="upload" />
          <span>{chosen?.file.name ?? t("manage.numbers.importing.choose")}</span>
          <input
            type="file"
            accept=".csv,.txt,text/csv"
            data-testid="numbers-file"
            onChange={(event) => {
              const file = event.currentTarget.files?.[0];
              if (file) setChosen({ file, round: (chosen?.round ?? 0) + 1 });
              // The same file again, once it was mended, is a change too.
              event.currentTarget.value = "";
            }}
          />
        </label>
        <div aria-live="polite">
          {error ? (
            <ErrorBox errorId={troubleOf(error).errorId}>{errorText(error)}</ErrorBox>
          ) : null}
          {data ? <Preview result={data} /> : null}
        </div>
        <Button
          data-testid="numbers-import-start"
          loading={start.isPending || preview.isFetching}
          disabled={!useful}
          onClick={() => chosen && start.mutate(chosen.file)}
        >
          {t("manage.numbers.importing.start")}
        </Button>
      </div>
    </Dialog>
  );
}
