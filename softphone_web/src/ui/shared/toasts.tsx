/** Short notices at the edge, with a way back where there is one. */
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { Icon } from "./icons";
import classes from "./toasts.module.css";
import { useStore, Value } from "./use-store";

interface Toast {
  id: number;
  text: string;
  kind: "done" | "failed";
  undo?: (() => void) | undefined;
}

const SHOWN_MS = 6_000;
const toasts = new Value<readonly Toast[]>([]);
let lastId = 0;

function remove(id: number): void {
  toasts.set(toasts.snapshot().filter((toast) => toast.id !== id));
}

/** Tells that something was done. */
export function tell(text: string, undo?: () => void): void {
  lastId += 1;
  toasts.set([...toasts.snapshot().slice(-2), { id: lastId, text, kind: "done", undo }]);
}

/** Tells that something failed. */
export function warn(text: string): void {
  lastId += 1;
  toasts.set([...toasts.snapshot().slice(-2), { id: lastId, text, kind: "failed" }]);
}

function ToastCard({ toast }: { toast: Toast }) {
  const { t } = useTranslation();
  useEffect(() => {
    const timer = setTimeout(() => remove(toast.id), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [toast.id]);
  return (
    <li className={classes.toast} data-kind={toast.kind}>
      <Icon name={toast.kind === "done" ? "check" : "alert"} size={18} />
      <span className={classes.text}>{toast.text}</span>
      {toast.undo ? (
        <button
          type="button"
          className={classes.undo}
          onClick={() => {
            toast.undo?.();
            remove(toast.id);
          }}
        >
          {t("common.undo")}
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

export function Toasts() {
  const shown = useStore(toasts);
  return (
    <ul className={classes.list} aria-live="polite">
      {shown.map((toast) => (
        <ToastCard key={toast.id} toast={toast} />
      ))}
    </ul>
  );
}
