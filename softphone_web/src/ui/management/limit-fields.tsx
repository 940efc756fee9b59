/** One field for each limit; what is typed is checked by the server. */
import { useId } from "react";
import { useTranslation } from "react-i18next";
import type { LimitName, LimitValue } from "./country-api";
import classes from "./limits-page.module.css";

export const LIMITS: readonly LimitName[] = [
  "calls_at_once",
  "longest_call_minutes",
  "calls_per_hour",
  "calls_per_day",
  "minutes_per_hour",
  "minutes_per_day",
  "cost_per_hour",
  "cost_per_day",
];

/** What stands in a person's field where a default does not hold for them. */
export const NONE = "–";

export type Drafted = Partial<Record<LimitName, string>>;

export function drafted(values: readonly LimitValue[], none = ""): Drafted {
  return Object.fromEntries(values.map(({ limit, value }) => [limit, value ?? none]));
}

/** `all`: an empty field is no limit; `own`: it follows the defaults. */
export function typed(values: Drafted, whose: "all" | "own"): LimitValue[] {
  return LIMITS.flatMap((limit) => {
    const text = (values[limit] ?? "").trim();
    if (text === "" && whose === "own") return [];
    const none = text === "" || text === NONE || text === "-";
    return [{ limit, value: none ? null : text }];
  });
}

interface LimitFieldsProps {
  values: Drafted;
  /** What holds where a field is empty. */
  defaults?: Drafted;
  onChange: (values: Drafted) => void;
}

export function LimitFields({ values, defaults = {}, onChange }: LimitFieldsProps) {
  const { t } = useTranslation();
  const id = useId();
  return (
    <div className={classes.fields}>
      {LIMITS.map((limit) => (
        <label key={limit} className={classes.field} htmlFor={`${id}-${limit}`}>
          {t(`manage.limits.names.${limit}`)}
          <input
            id={`${id}-${limit}`}
            className="tabular"
            inputMode="decimal"
            autoComplete="off"
            maxLength={16}
            data-testid={`limit-${limit}`}
            placeholder={defaults[limit] ?? ""}
            value={values[limit] ?? ""}
            onChange={(event) => onChange({ ...values, [limit]: event.currentTarget.value })}
          />
        </label>
      ))}
    </div>
  );
}
