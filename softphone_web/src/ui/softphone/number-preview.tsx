/** What would be dialled and which number would be shown, or why not. */
import { useTranslation } from "react-i18next";
import type { NumberCheck } from "../../api/types";
import { Icon } from "../shared/icons";
import { errorText, troubleText } from "../shared/trouble";
import { useDebounced } from "../shared/use-debounced";
import { AskCountry } from "./ask-country";
import { canAsk } from "./ending";
import classes from "./number-preview.module.css";
import type { Checked } from "./use-check";

const TYPING_PAUSE_MS = 1_200;

/** A number is not wrong while it is still being typed: nobody is told off digit by digit. */
function useUnfinished({ check }: Checked, typed: string): boolean {
  const rested = useDebounced(typed, TYPING_PAUSE_MS) === typed;
  return !rested && check?.error_id === "number-invalid";
}

function Allowed({ check, stale }: { check: NumberCheck; stale: boolean }) {
  const { t } = useTranslation();
  const type = check.type as keyof typeof types | null;
  const types = t("types", { returnObjects: true });
  const facts = [
    check.e164,
    type ? types[type] : null,
    check.zone ? t("dial.zone", { zone: check.zone }) : null,
  ];
  return (
    <div className={classes.good} data-stale={stale || undefined}>
      <div>
        <strong className="tabular">{check.national}</strong>
        <span className="tabular">{facts.filter(Boolean).join(" · ")}</span>
        {check.warnings.map((warning) => (
          <span key={warning} className={classes.warning} data-testid="number-warning">
            {warning}
          </span>
        ))}
      </div>
      <div className={classes.shown}>
        <span>{t("dial.shown")}</span>
        <b className="tabular">{check.caller_id_printed}</b>
      </div>
    </div>
  );
}

function Denied({ check, stale }: { check: NumberCheck; stale: boolean }) {
  const text = troubleText({ errorId: check.error_id ?? "", detail: check.detail ?? "" });
  return (
    <div className={classes.bad} data-stale={stale || undefined}>
      <Icon name="alert" size={18} />
      <span>{text}</span>
      {check.country && canAsk(check) ? <AskCountry country={check.country} /> : null}
    </div>
  );
}

interface NumberPreviewProps {
  checked: Checked;
  /** What is in the field. */
  typed: string;
}

export function NumberPreview({ checked, typed }: NumberPreviewProps) {
  const { t } = useTranslation();
  const { check, stale, error } = checked;
  const unfinished = useUnfinished(checked, typed);
  return (
    <div
      className={classes.preview}
      data-testid="number-preview"
      data-allowed={check && !stale ? check.allowed : undefined}
      data-error-id={check?.error_id ?? undefined}
      aria-live="polite"
    >
      {check?.allowed ? <Allowed check={check} stale={stale} /> : null}
      {unfinished ? <p className={classes.quiet}>{t("dial.unfinished")}</p> : null}
      {check && !check.allowed && !unfinished ? <Denied check={check} stale={stale} /> : null}
      {!check && error ? <p className={classes.quiet}>{errorText(error)}</p> : null}
      {!check && !error ? (
        <p className={classes.quiet}>{stale ? t("dial.checking") : t("dial.empty")}</p>
      ) : null}
    </div>
  );
}
