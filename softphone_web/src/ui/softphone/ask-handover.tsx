/** Confirming a task that was handed over; above the form, because it is a form of its own. */
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { useServices } from "../shared/services";
import { useStore, Value } from "../shared/use-store";
import { draft } from "./draft";
import classes from "./number-preview.module.css";

const HandoverDialog = lazy(() =>
  import("../desk/handover-dialog").then((module) => ({ default: module.HandoverDialog })),
);

/** The task whose hand-over is shown, or null. */
const shown = new Value<string | null>(null);

/** Beside the refusal of a call on a task that is not confirmed yet. */
export function AskHandover() {
  const { t } = useTranslation();
  return (
    <button
      type="button"
      className={classes.ask}
      data-testid="ask-handover"
      onClick={() => shown.set(draft.snapshot().task?.external_id ?? null)}
    >
      {t("ending.handover")}
    </button>
  );
}

export function AskHandoverDialog() {
  const task = useStore(shown);
  const { phone } = useServices();
  if (!task) return null;
  const close = () => {
    shown.set(null);
    phone.dismiss();
  };
  return (
    <Suspense fallback={null}>
      <HandoverDialog task={task} onClose={close} />
    </Suspense>
  );
}
