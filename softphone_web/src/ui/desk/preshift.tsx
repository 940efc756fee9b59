/** Whether the equipment was checked today: a badge, and the dialog that checks it. */
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { Icon } from "../shared/icons";
import { useStore, Value } from "../shared/use-store";
import classes from "./preshift.module.css";
import { type CheckRecord, type Result, readRecord, stateNow } from "./preshift-state";

export { stateNow } from "./preshift-state";

const REMEMBERED = "vermittlung.preshift";

export const preshiftRecord = new Value<CheckRecord | null>(
  readRecord(localStorage.getItem(REMEMBERED)),
);

export function rememberCheck(result: Result): void {
  const record = { result, at: new Date().toISOString() };
  preshiftRecord.set(record);
  localStorage.setItem(REMEMBERED, JSON.stringify(record));
}

const Dialog = lazy(() =>
  import("./preshift-dialog").then((module) => ({ default: module.PreshiftDialog })),
);

export function PreshiftDialog({ onClose }: { onClose: () => void }) {
  return (
    <Suspense fallback={null}>
      <Dialog onClose={onClose} />
    </Suspense>
  );
}

export function PreshiftBadge() {
  const { t } = useTranslation();
  const record = useStore(preshiftRecord);
  const state = stateNow(record, new Date());
  const [open, setOpen] = useState(false);
  const words = t(`desk.preshift.badge.${state}`);
  return (
    <>
      <button
        type="button"
        className={classes.open}
        data-testid="preshift-open"
        aria-label={words}
        aria-haspopup="dialog"
        title={words}
        onClick={() => setOpen(true)}
      >
        <span className={classes.badge} data-testid="preshift-badge" data-state={state}>
          <Icon name="shield" size={24} />
          {state === "good" ? <Icon name="check" size={12} className={classes.mark ?? ""} /> : null}
          {state === "advice" || state === "failed" ? (
            <svg
              viewBox="0 0 12 12"
              width={12}
              height={12}
              className={classes.mark}
              aria-hidden="true"
            >
              <path
                d="M6 2v4.5M6 9v.01"
                stroke="currentColor"
                strokeWidth={2}
                strokeLinecap="round"
              />
            </svg>
          ) : null}
        </span>
      </button>
      {open ? <PreshiftDialog onClose={() => setOpen(false)} /> : null}
    </>
  );
}
