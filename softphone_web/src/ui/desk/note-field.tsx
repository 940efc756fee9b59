/** A note that saves itself: on leaving the field, with Ctrl+Enter, and when the page goes. */
import { type ReactNode, useEffect, useId, useReducer, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Icon } from "../shared/icons";
import classes from "./note-field.module.css";
import { nextNote, noteOf, phaseOf, toSend, unsaved } from "./note-state";

interface NoteFieldProps {
  label: string;
  placeholder: string;
  testId: string;
  /** As the server has it. */
  text: string;
  /** Who wrote that, where others may. */
  by?: string | null;
  /** Rejects where it was not stored. */
  save: (text: string) => Promise<string>;
  /** Said where nothing is to be saved. */
  quiet?: ReactNode;
}

const LONGEST = 4000;
const NOTHING = () => undefined;

/** `text` is what the server says; give the field a `key` of what it is a note on. */
export function NoteField({ label, placeholder, testId, text, by, save, quiet }: NoteFieldProps) {
  const { t } = useTranslation();
  const id = useId();
  const [note, tell] = useReducer(nextNote, text, noteOf);
  const phase = phaseOf(note);
  const everSaved = useRef(false);
  useEffect(() => tell({ kind: "arrived", text }), [text]);

  const underWay = useRef<Promise<void>>(Promise.resolve());
  const store = () => {
    const wanted = toSend(note);
    if (wanted === null) return;
    tell({ kind: "save" });
    underWay.current = save(wanted).then(
      (stored) => {
        everSaved.current = true;
        tell({ kind: "saved", text: stored });
      },
      () => tell({ kind: "refused" }),
    );
  };
  /** The page goes at once; a field that goes waits for what is under way, or is overtaken. */
  const leave = (page: boolean) => {
    const wanted = unsaved(note);
    if (wanted === null) return;
    const send = () => save(wanted).then(NOTHING, NOTHING);
    if (page) void send();
    else void underWay.current.then(send);
  };
  const latest = useRef({ store, leave });
  latest.current = { store, leave };
  const field = useRef<HTMLTextAreaElement>(null);
  // Typed on while the text before was on its way, and left meanwhile.
  useEffect(() => {
    if (phase === "dirty" && document.activeElement !== field.current) latest.current.store();
  }, [phase]);
  useEffect(() => {
    const flush = () => latest.current.leave(true);
    window.addEventListener("pagehide", flush);
    return () => {
      window.removeEventListener("pagehide", flush);
      latest.current.leave(false);
    };
  }, []);

  return (
    <div className={classes.field}>
      <div className={classes.head}>
        <label htmlFor={id}>{label}</label>
        <output className={classes.state} data-phase={phase} data-testid={`${testId}-state`}>
          {phase === "saving" ? t("desk.note.saving") : null}
          {phase === "dirty" ? t("desk.note.unsaved") : null}
          {phase === "clean" && everSaved.current ? (
            <>
              <Icon name="check" size={14} />
              {t("desk.note.saved")}
            </>
          ) : null}
          {phase === "clean" && !everSaved.current ? quiet : null}
          {phase === "failed" ? (
            <>
              {t("desk.note.failed")}
              <button type="button" onClick={store}>
                {t("common.retry")}
              </button>
            </>
          ) : null}
        </output>
      </div>
      <textarea
        ref={field}
        id={id}
        className={classes.text}
        data-testid={testId}
        placeholder={placeholder}
        maxLength={LONGEST}
        value={note.typed}
        onChange={(event) => tell({ kind: "typed", text: event.currentTarget.value })}
        onBlur={store}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
          event.preventDefault();
          store();
        }}
      />
      {note.newer === null ? null : (
        <div className={classes.newer} role="status">
          <span>{t("desk.note.overtaken", { name: by ?? t("desk.note.somebody") })}</span>
          {/* Chosen before the field loses the focus and saves over it. */}
          <button
            type="button"
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => tell({ kind: "take" })}
          >
            {t("desk.note.take")}
          </button>
        </div>
      )}
    </div>
  );
}

export function NoteLoading() {
  const { t } = useTranslation();
  return <div className={classes.loading} role="status" aria-label={t("desk.note.loading")} />;
}
