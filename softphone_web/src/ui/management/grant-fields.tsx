/** For whom, until when and for how long a country is unlocked that somebody asked for. */
import { useId } from "react";
import { useTranslation } from "react-i18next";
import { type CountryAnswer, endOf, minutesOf, type Scope } from "./country-api";
import classes from "./grant-fields.module.css";

export interface Grant {
  scope: Scope;
  /** A day `YYYY-MM-DD`, or nothing. */
  until: string;
  cap: string;
}

export const EVERYTHING: Grant = { scope: "all", until: "", cap: "" };

export function grantOf({ scope, until, cap }: Grant): CountryAnswer {
  return { scope, until: endOf(until), cap_minutes: minutesOf(cap) };
}

interface GrantFieldsProps {
  grant: Grant;
  /** Who asks. */
  name: string;
  /** Whether they ask for a task. */
  task: boolean;
  onChange: (grant: Grant) => void;
}

export function GrantFields({ grant, name, task, onChange }: GrantFieldsProps) {
  const { t } = useTranslation();
  const id = useId();
  const scopes: Scope[] = task ? ["all", "user", "task", "user_task"] : ["all", "user"];
  return (
    <div className={classes.fields}>
      <label htmlFor={`${id}-scope`}>
        {t("manage.countries.scope")}
        <select
          id={`${id}-scope`}
          data-testid="grant-scope"
          value={grant.scope}
          onChange={(event) => onChange({ ...grant, scope: event.currentTarget.value as Scope })}
        >
          {scopes.map((scope) => (
            <option key={scope} value={scope}>
              {t(`manage.countries.scopes.${scope}`, { name })}
            </option>
          ))}
        </select>
      </label>
      <label htmlFor={`${id}-until`}>
        {t("manage.countries.form.until")}
        <input
          id={`${id}-until`}
          type="date"
          data-testid="grant-until"
          value={grant.until}
          onChange={(event) => onChange({ ...grant, until: event.currentTarget.value })}
        />
      </label>
      <label htmlFor={`${id}-cap`}>
        {t("manage.countries.form.cap")}
        <input
          id={`${id}-cap`}
          inputMode="numeric"
          data-testid="grant-cap"
          maxLength={6}
          value={grant.cap}
          onChange={(event) => onChange({ ...grant, cap: event.currentTarget.value })}
        />
      </label>
    </div>
  );
}
