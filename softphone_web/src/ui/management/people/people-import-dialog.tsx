/** People from a file: what would happen is shown first; with one wrong row nothing does. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { PeopleImport } from "../../../api/types";
import { troubleOf } from "../../../phone/phone";
import { SwitchField } from "../../desk/fields";
import buttons from "../../shared/button.module.css";
import { Dialog } from "../../shared/dialog";
import { Icon } from "../../shared/icons";
import { useServices } from "../../shared/services";
import { tell } from "../../shared/toasts";
import { ErrorBox, errorText } from "../../shared/trouble";
import classes from "./people.module.css";
import { useRefreshPeople } from "./people-queries";

const LINES = ["created", "updated", "unchanged"] as const;

function Result({ result }: { result: PeopleImport }) {
  const { t } = useTranslation();
  const { errors } = result;
  if (errors.length > 0) {
    return (
      <>
        <p className={classes.wrong}>
          {t("manage.people.importing.wrong", { count: errors.length })}
        </p>
        <ul className={classes.errors} data-testid="people-import-errors">
          {errors.map(({ row, detail }) => (
            <li key={row}>
              <b>{t("manage.people.importing.row", { row })}</b> {detail}
            </li>
          ))}
        </ul>
      </>
    );
  }
  const nothing = result.created + result.updated === 0;
  return (
    <ul className={classes.lines} data-testid="people-import-preview">
      {nothing ? <li>{t("manage.people.importing.nothing")}</li> : null}
      {LINES.filter((line) => result[line] > 0).map((line) => (
        <li key={line} data-line={line} data-count={result[line]}>
          {t(`manage.people.importing.${line}`, { count: result[line] })}
        </li>
      ))}
    </ul>
  );
}

export function PeopleImportDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { api } = useServices();
  const refresh = useRefreshPeople();
  const [chosen, setChosen] = useState<{ file: File; round: number } | null>(null);
  const [invite, setInvite] = useState(true);
  const preview = useQuery({
    queryKey: ["people-import", chosen?.file.name, chosen?.round],
    queryFn: () => {
      if (!chosen) throw new Error("no file");
      return api.importPeople(chosen.file, { dryRun: true, invite });
    },
    enabled: chosen !== null,
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  const start = useMutation({
    mutationFn: (file: File) => api.importPeople(file, { dryRun: false, invite }),
    onSuccess: (result) => {
      refresh();
      const lines = LINES.filter((line) => result[line] > 0).map((line) =>
        t(`manage.people.importing.${line}`, { count: result[line] }),
      );
      tell(`${t("manage.people.importing.finished")}: ${lines.join(", ")}`);
      onClose();
    },
  });
  const error = start.error ?? preview.error;
  const count = preview.data ? preview.data.created + preview.data.updated : 0;
  return (
    <Dialog title={t("manage.people.importing.title")} onClose={onClose}>
      <div className={classes.form} data-testid="people-import-dialog">
        <p className={classes.hint}>{t("manage.people.importing.intro")}</p>
        <label className={classes.drop}>
          <Icon name={chosen ? "people" : "upload"} size={26} />
          <strong>{chosen?.file.name ?? t("manage.people.importing.choose")}</strong>
          {chosen ? <small>{t("manage.people.importing.other")}</small> : null}
          <input
            type="file"
            accept=".csv,.tsv,.txt,text/csv"
            data-testid="people-import-file"
            onChange={(event) => {
              const file = event.currentTarget.files?.[0];
              start.reset();
              if (file) setChosen({ file, round: (chosen?.round ?? 0) + 1 });
              // The same file again, once it was mended, is a change too.
              event.currentTarget.value = "";
            }}
          />
        </label>
        <SwitchField
          label={t("manage.people.importing.invite")}
          testId="people-import-invite"
          checked={invite}
          onChange={setInvite}
        />
        <div aria-live="polite">
          {preview.isFetching ? <p>{t("manage.people.importing.checking")}</p> : null}
          {preview.data ? <Result result={preview.data} /> : null}
          {error ? (
            <ErrorBox errorId={troubleOf(error).errorId}>{errorText(error)}</ErrorBox>
          ) : null}
        </div>
        <div className={classes.end}>
          <button
            type="button"
            className={buttons.primary}
            data-testid="people-import-start"
            disabled={count === 0 || start.isPending}
            onClick={() => {
              if (chosen) start.mutate(chosen.file);
            }}
          >
            {count > 0 ? t("manage.people.importing.start", { count }) : t("manage.people.import")}
          </button>
        </div>
      </div>
    </Dialog>
  );
}
