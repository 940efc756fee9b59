/** Short notices at the edge, with a way back where there is one. */
import i18next from "i18next";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Icon } from "./icons";
import classes from "./toasts.module.css";
import { useStore, Value } from "./use-store";

interface Action {
  label: string;
  run: () => void;
}

interface Toast {
  id: number;
  text: string;
  kind: "done" | "failed";
  action?: Action | undefined;
  testId?: string | undefined;
  state?: string | undefined;
  /** For how long it is shown. */
  ms: number;
}

const SHOWN_MS = 6_000;
/** Something that was waited for: it must not be missed by looking away. */
const NEWS_MS = 30_000;
const toasts = new Value<readonly Toast[]>([]);
let lastId = 0;

function remove(id: number): void {
  toasts.set(toasts.snapshot().filter((toast) => toast.id !== id));
}

function add(toast: Omit<Toast, "id">): void {
  lastId += 1;
  toasts.set([...toasts.snapshot().slice(-2), { ...toast, id: lastId }]);
}

/** Tells that something was done. */
export function tell(text: string, undo?: () => void): void {
  const action = undo ? { label: i18next.t("common.undo"), run: undo } : undefined;
  add({ text, kind: "done", action, ms: SHOWN_MS });
}

/** Tells that something failed. */
export function warn(text: string): void {
  add({ text, kind: "failed", ms: SHOWN_MS });
}

interface News {
  text: string;
  testId: string;
  state: string;
  good: boolean;
  action?: Action | undefined;
}

/** Tells what was waited for. */
export function announce({ text, testId, state, good, action }: News): void {
  add({ text, kind: good ? "done" : "failed", testId, state, action, ms: NEWS_MS });
}

function ToastCard({ toast }: { toast: Toast }) {
  const { t } = useTranslation();
  useEffect(() => {
    const timer = setTimeout(() => remove(toast.id), toast.ms);
    return () => clearTimeout(timer);
  }, [toast.id, toast.ms]);
  return (
    <li
      className={classes.toast}
      data-kind={toast.kind}
      data-testid={toast.testId}
      data-state={toast.state}
    >
      <Icon name={toast.kind === "done" ? "check" : "alert"} size={18} />
      <span className={classes.text}>{toast.text}</span>
      {toast.action ? (
        <button
          type="button"
          className={classes.undo}
          onClick={() => {
            toast.action?.run();
            remove(toast.id);
          }}
        >
          {toast.action.label}
        </button>
      ) : null}
      <button
        type="button"
        className={classes.close}
        aria-label={t("common.close")}
        onClick={() => remove(toast.id)}
      >
        <Icon name="close" size={16} />
      </button>
    </li>
  );
}

/** Where toasts can be shown: the page, and every dialog above it. */
const places = new Value<readonly symbol[]>([]);

/** In the topmost place only: what is behind an open dialog cannot be pressed. */
export function Toasts() {
  const shown = useStore(toasts);
  const [place] = useState(() => Symbol("toasts"));
  const top = useStore(places).at(-1) === place;
  useEffect(() => {
    places.set([...places.snapshot(), place]);
    return () => places.set(places.snapshot().filter((each) => each !== place));
  }, [place]);
  if (!top) return null;
  return (
    <ul className={classes.list} aria-live="polite">
      {shown.map((toast) => (
        <ToastCard key={toast.id} toast={toast} />
      ))}
    </ul>
  );
}
