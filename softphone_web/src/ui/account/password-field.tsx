/** A field for a password that can be shown, and the list of what a new one needs. */
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { PasswordRules } from "../../api/types";
import buttons from "../shared/button.module.css";
import { Icon } from "../shared/icons";
import classes from "./password-field.module.css";
import { judge } from "./password-rules";
import { useAccountWords } from "./words";

interface FieldProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  autoComplete: "current-password" | "new-password";
  testId: string;
  describedBy?: string;
}

export function PasswordField({ label, value, onChange, testId, ...rest }: FieldProps) {
  const { t } = useTranslation();
  const [shown, setShown] = useState(false);
  const id = useId();
  return (
    <div className={buttons.field}>
      <label htmlFor={id}>{label}</label>
      <div className={classes.field}>
        <input
          id={id}
          data-testid={testId}
          type={shown ? "text" : "password"}
          autoComplete={rest.autoComplete}
          aria-describedby={rest.describedBy}
          required
          value={value}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
        <button
          type="button"
          aria-pressed={shown}
          aria-label={`${t("login.showPassword")}: ${label}`}
          title={t("login.showPassword")}
          onClick={() => setShown(!shown)}
        >
          <Icon name={shown ? "eyeOff" : "eye"} size={20} />
        </button>
      </div>
    </div>
  );
}

const LEVELS = ["level1", "level1", "level2", "level3", "level4"] as const;

interface NewProps {
  value: string;
  onChange: (value: string) => void;
  rules: PasswordRules;
  /** Name and address of whose password it is. */
  about: readonly string[];
}

export function NewPassword({ value, onChange, rules, about }: NewProps) {
  const w = useAccountWords();
  const id = useId();
  const judged = judge(value, rules, about);
  return (
    <>
      <PasswordField
        label={w("password")}
        value={value}
        onChange={onChange}
        autoComplete="new-password"
        testId="new-password"
        describedBy={id}
      />
      <div id={id} className={classes.rules}>
        <p>{w(`rules.${LEVELS[rules.level] ?? "level2"}`)}</p>
        <ul aria-label={w("rules.label")}>
          {judged.map(({ rule, met }) => (
            <li key={rule} data-rule={rule} data-met={met}>
              <Icon name={met ? "check" : "clock"} size={16} />
              <span>
                {w(`rules.${rule}`, {
                  least: rules.least,
                  kinds: rules.kinds,
                  free: rules.free_from,
                })}
              </span>
              <span className={classes.unseen}>{w(met ? "rules.met" : "rules.open")}</span>
            </li>
          ))}
        </ul>
      </div>
    </>
  );
}
