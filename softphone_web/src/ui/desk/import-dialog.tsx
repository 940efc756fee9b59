/** Brings a list of contacts in: first shown what would happen, then done. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { ImportResult } from "../../api/types";
import { troubleOf } from "../../phone/phone";
import buttons from "../shared/button.module.css";
import { Dialog } from "../shared/dialog";
import { Icon, type IconName } from "../shared/icons";
import { useServices } from "../shared/services";
import { tell } from "../shared/toasts";
import { ErrorBox, errorText, LoadFailed } from "../shared/trouble";
import { SwitchField } from "./fields";
import classes from "./import-dialog.module.css";
import {
  CONTENT_TYPES,
  type FileKind,
  fileKind,
  MOST_BYTES,
  type PreviewLine,
  previewLines,
  shownErrors,
  writes,
} from "./import-preview";
import { useRefreshContacts } from "./use-contacts";
import { useWords } from "./words";

const ICONS: Record<PreviewLine, IconName> = {
  created: "add",
  updated: "redo",
  unchanged: "check",
  errors: "alert",
};

const EXAMPLE =
  "\ufeffName;Firma;Nummer;E-Mail;Notiz;Aufgabe\r\n" +
  "Mara Lenz;Brandt & Söhne;0221 82829980;mara@example.test;Nur vormittags;\r\n" +
  "Luca Rossi;Rossi S.r.l.;+39 02 12345678;;;\r\n";

/** Chosen file: what it is, or why it will not do. */
interface Chosen {
  file: File;
  kind: FileKind | null;
  tooLarge: boolean;
  /** Tells two files of the same name apart. */
  round: number;
}

function useExample(): string {
  const [href, setHref] = useState("");
  useEffect(() => {
    const url = URL.createObjectURL(new Blob([EXAMPLE], { type: "text/csv" }));
    setHref(url);
    return () => URL.revokeObjectURL(url);
  }, []);
  return href;
}

function FileDrop({ chosen, onFile }: { chosen: Chosen | null; onFile: (file: File) => void }) {
  const w = useWords();
  const [over, setOver] = useState(false);
  const take = (files: FileList | null) => {
    const file = files?.[0];
    if (file) onFile(file);
  };
  return (
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
        setOver(false);
        take(event.dataTransfer.files);
      }}
    >
      <Icon name={chosen ? "contacts" : "upload"} size={28} />
      <strong>{chosen ? chosen.file.name : w("contacts.importing.choose")}</strong>
      <small>{w(chosen ? "contacts.importing.other" : "contacts.importing.drop")}</small>
      <input
        type="file"
        accept=".csv,.tsv,.txt,.vcf,.vcard,text/csv,text/vcard"
        data-testid="import-file"
        onChange={(event) => {
          take(event.currentTarget.files);
          // The same file again, once it was mended, is a change too.
          event.currentTarget.value = "";
        }}
      />
    </label>
  );
}

function Preview({ result, kind }: { result: ImportResult; kind: FileKind }) {
  const w = useWords();
  const { shown, rest } = shownErrors(result);
  return (
    <>
      <h3>{w("contacts.importing.preview")}</h3>
      {writes(result) === 0 ? <p>{w("contacts.importing.nothing")}</p> : null}
      <ul className={classes.lines} data-testid="import-preview">
        {previewLines(result).map(({ line, count }) => (
          <li key={line} data-line={line} data-count={count}>
            <Icon name={ICONS[line]} size={17} />
            <span className="tabular">{w(`contacts.importing.${line}`, { count })}</span>
          </li>
        ))}
      </ul>
      {shown.length > 0 ? (
        <ul className={classes.errors} data-testid="import-errors">
          {shown.map(({ row, text }) => (
            <li key={`${row} ${text}`}>
              <b>
                {w(kind === "csv" ? "contacts.importing.row" : "contacts.importing.card", { row })}
              </b>
              <span>{text}</span>
            </li>
          ))}
          {rest > 0 ? <li>{w("contacts.importing.rest", { count: rest })}</li> : null}
        </ul>
      ) : null}
    </>
  );
}

function whyNot({ kind, tooLarge }: Chosen): "wrongKind" | "tooLarge" | null {
  if (kind === null) return "wrongKind";
  return tooLarge ? "tooLarge" : null;
}

function useImport(chosen: Chosen | null, shared: boolean, onDone: () => void) {
  const w = useWords();
  const { api } = useServices();
  const refresh = useRefreshContacts();
  const send = (dryRun: boolean) => {
    if (!chosen?.kind) throw new Error("no file");
    const file = new Blob([chosen.file], { type: CONTENT_TYPES[chosen.kind] });
    return api.importContacts(file, { dryRun, public: shared });
  };
  const preview = useQuery({
    queryKey: ["import-preview", chosen?.file.name, chosen?.round, shared],
    queryFn: () => send(true),
    enabled: chosen !== null && whyNot(chosen) === null,
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  const start = useMutation({
    mutationFn: () => send(false),
    onSuccess: (result) => {
      refresh();
      const words = previewLines(result).map(({ line, count }) =>
        w(`contacts.importing.${line}`, { count }),
      );
      tell(`${w("contacts.importing.finished")}: ${words.join(", ")}`);
      onDone();
    },
  });
  return { preview, start };
}

export function ImportDialog({ onClose }: { onClose: () => void }) {
  const w = useWords();
  const example = useExample();
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const [shared, setShared] = useState(false);
  const { preview, start } = useImport(chosen, shared, onClose);
  const wrong = chosen ? whyNot(chosen) : null;
  const count = preview.data ? writes(preview.data) : 0;
  const size = MOST_BYTES / 1024 / 1024;
  return (
    <Dialog title={w("contacts.importing.title")} onClose={onClose}>
      <div className={classes.body} data-testid="import-dialog">
        <p className={classes.intro}>
          {w("contacts.importing.intro")}{" "}
          <a href={example} download={w("contacts.importing.exampleName")}>
            {w("contacts.importing.example")}
          </a>
        </p>
        <FileDrop
          chosen={chosen}
          onFile={(file) => {
            start.reset();
            setChosen({
              file,
              kind: fileKind(file.name, file.type),
              tooLarge: file.size > MOST_BYTES,
              round: (chosen?.round ?? 0) + 1,
            });
          }}
        />
        <SwitchField
          label={w("contacts.importing.shared")}
          testId="import-public"
          checked={shared}
          onChange={setShared}
        />
        <div className={classes.result} aria-live="polite">
          {wrong ? (
            <ErrorBox errorId={`import-${wrong}`}>
              {w(`contacts.importing.${wrong}`, { size })}
            </ErrorBox>
          ) : null}
          {preview.isFetching ? (
            <p className={classes.checking}>{w("contacts.importing.checking")}</p>
          ) : null}
          {preview.error && !preview.isFetching ? (
            <LoadFailed error={preview.error} retry={() => void preview.refetch()} />
          ) : null}
          {preview.data && chosen?.kind ? (
            <Preview result={preview.data} kind={chosen.kind} />
          ) : null}
          {start.error ? (
            <ErrorBox errorId={troubleOf(start.error).errorId}>{errorText(start.error)}</ErrorBox>
          ) : null}
        </div>
        <div className={classes.end}>
          <button
            type="button"
            className={buttons.primary}
            data-testid="import-start"
            disabled={count === 0 || start.isPending}
            onClick={() => start.mutate()}
          >
            {count > 0 ? w("contacts.importing.start", { count }) : w("contacts.import")}
          </button>
        </div>
      </div>
    </Dialog>
  );
}
