/** Takes over a file: chosen or dropped, first shown what would happen, then done. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { type ReactNode, useId, useState } from "react";
import { troubleOf } from "../../phone/phone";
import buttons from "../shared/button.module.css";
import { Dialog } from "../shared/dialog";
import { FileDrop } from "../shared/file-drop";
import { Icon, type IconName } from "../shared/icons";
import { tell } from "../shared/toasts";
import { ErrorBox, errorText, LoadFailed } from "../shared/trouble";
import classes from "./file-import.module.css";
import { type FigureLine, type Figures, figureLines, shownErrors, writes } from "./import-figures";
import { useWords } from "./words";

const ICONS: Record<FigureLine, IconName> = {
  created: "add",
  updated: "redo",
  gone: "trash",
  unchanged: "check",
  errors: "alert",
};

interface PreviewProps {
  figures: Figures;
  partly: boolean;
  testId: string;
  rowName: (row: number) => string;
}

function Preview({ figures, partly, testId, rowName }: PreviewProps) {
  const w = useWords();
  const id = useId();
  const { shown, rest } = shownErrors(figures);
  const broken = shown.length > 0 && !partly;
  const lines = figureLines(figures).filter(({ line }) => !broken || line === "errors");
  return (
    <>
      <h3>{w("fileImport.preview")}</h3>
      {broken ? <p>{w("fileImport.broken")}</p> : null}
      {!broken && writes(figures, partly) === 0 ? <p>{w("fileImport.nothing")}</p> : null}
      <ul className={classes.lines} data-testid={broken ? undefined : `${testId}-preview`}>
        {lines.map(({ line, count }) => (
          <li key={line} data-line={line} data-count={count} id={`${id}-${line}`}>
            <Icon name={ICONS[line]} size={17} />
            <span className="tabular">{w(`fileImport.${line}`, { count })}</span>
          </li>
        ))}
      </ul>
      {shown.length > 0 ? (
        <section
          className={classes.errors}
          aria-labelledby={`${id}-errors`}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard scrolls it
          tabIndex={0}
        >
          <ul data-testid={`${testId}-errors`}>
            {shown.map(({ row, text }) => (
              <li key={`${row} ${text}`}>
                <b>{rowName(row)}</b>
                <span>{text}</span>
              </li>
            ))}
            {rest > 0 ? <li>{w("fileImport.rest", { count: rest })}</li> : null}
          </ul>
        </section>
      ) : null}
    </>
  );
}

interface FileImportProps<R extends Figures> {
  /** `people-import` makes `people-import-file` and so on. */
  testId: string;
  title: string;
  intro: ReactNode;
  accept?: string;
  send: (file: File, dryRun: boolean) => Promise<R>;
  onDone: () => void;
  /** The way back, where there is one. */
  undoOf?: (result: R) => (() => void) | null;
  onClose: () => void;
  /** Says why a file cannot even be tried. */
  unfit?: (file: File) => string | null;
  /** What else the preview depends on; it is asked again where this changes. */
  settings?: string;
  /** Rows that are right are taken over beside wrong ones. */
  partly?: boolean;
  rowName?: (file: File, row: number) => string;
  /** More of the preview than its figures. */
  details?: (result: R) => ReactNode;
  /** What can be set beside the file. */
  children?: ReactNode;
}

type Chosen = { file: File; round: number } | null;

function useImport<R extends Figures>(props: FileImportProps<R>, chosen: Chosen, fits: boolean) {
  const { testId, settings = "", send, onDone, undoOf, onClose } = props;
  const w = useWords();
  const preview = useQuery({
    queryKey: [testId, chosen?.file.name, chosen?.round, settings],
    queryFn: () => {
      if (!chosen) throw new Error("no file");
      return send(chosen.file, true);
    },
    enabled: chosen !== null && fits,
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  const start = useMutation({
    mutationFn: (file: File) => send(file, false),
    onSuccess: (result) => {
      const words = figureLines(result).map(({ line, count }) =>
        w(`fileImport.${line}`, { count }),
      );
      tell(`${w("fileImport.finished")}: ${words.join(", ")}`, undoOf?.(result) ?? undefined);
      onDone();
      onClose();
    },
  });
  return { preview, start };
}

const CSV = ".csv,.tsv,.txt,text/csv";

export function FileImport<R extends Figures>(props: FileImportProps<R>) {
  const { testId, title, intro, partly = false, unfit, rowName, details } = props;
  const w = useWords();
  const [chosen, setChosen] = useState<Chosen>(null);
  const why = chosen ? (unfit?.(chosen.file) ?? null) : null;
  const { preview, start } = useImport(props, chosen, why === null);
  const { data } = preview;
  const count = data && why === null ? writes(data, partly) : 0;
  return (
    <Dialog title={title} onClose={props.onClose}>
      <div className={classes.body} data-testid={`${testId}-dialog`}>
        <p className={classes.intro}>{intro}</p>
        <FileDrop
          title={chosen ? chosen.file.name : w("fileImport.choose")}
          hint={w(chosen ? "fileImport.other" : "fileImport.drop")}
          filled={chosen !== null}
          accept={props.accept ?? CSV}
          testId={`${testId}-file`}
          onFile={(file) => {
            start.reset();
            setChosen({ file, round: (chosen?.round ?? 0) + 1 });
          }}
        />
        {props.children}
        <div className={classes.result} aria-live="polite">
          {why ? <ErrorBox errorId="unfit-file">{why}</ErrorBox> : null}
          {preview.isFetching ? (
            <p className={classes.checking}>{w("fileImport.checking")}</p>
          ) : null}
          {preview.error && !preview.isFetching ? (
            <LoadFailed error={preview.error} retry={() => void preview.refetch()} />
          ) : null}
          {data && chosen && why === null ? (
            <>
              <Preview
                figures={data}
                partly={partly}
                testId={testId}
                rowName={(row) => rowName?.(chosen.file, row) ?? w("fileImport.row", { row })}
              />
              {details?.(data)}
            </>
          ) : null}
          {start.error ? (
            <ErrorBox errorId={troubleOf(start.error).errorId}>{errorText(start.error)}</ErrorBox>
          ) : null}
        </div>
        <div className={classes.end}>
          <button
            type="button"
            className={buttons.primary}
            data-testid={`${testId}-start`}
            disabled={count === 0 || start.isPending || preview.isFetching}
            onClick={() => chosen && start.mutate(chosen.file)}
          >
            {count > 0 ? w("fileImport.start", { count }) : w("fileImport.import")}
          </button>
        </div>
      </div>
    </Dialog>
  );
}
