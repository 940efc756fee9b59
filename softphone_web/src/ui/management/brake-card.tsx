/** What looks like fraud, what happens then, and who is stopped because of it. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import buttons from "../shared/button.module.css";
import { moment } from "../shared/format";
import { useLanguage, useServices } from "../shared/services";
import { tell, warn } from "../shared/toasts";
import { errorText } from "../shared/trouble";
import { type Brake, type BrakeRule, brakeQuery, countryKeys } from "./country-api";
import classes from "./limits-page.module.css";
import list from "./list.module.css";
import { useSaved } from "./use-saved";

const MODES = ["lock", "warn", "off"] as const;

/** Nothing at all where nobody is stopped. */
export function Locked() {
  const { t } = useTranslation();
  const { api } = useServices();
  const language = useLanguage();
  const queries = useQueryClient();
  const { data } = useQuery(brakeQuery(api));
  const release = useMutation({
    mutationFn: ({ id }: { id: string; name: string }) =>
      api.send<Brake>("POST", `/outbound-locks/${id}/release`),
    onSuccess: (brake, { name }) => {
      queries.setQueryData(countryKeys.brake, brake);
      tell(t("manage.limits.released", { name }));
    },
    onError: (error) => warn(errorText(error)),
  });
  if (!data || data.locked.length === 0) return null;
  return (
    <section className={`${classes.card} ${classes.alarm}`} data-testid="locked-people">
      <h2>{t("manage.limits.locked")}</h2>
      <p>{t("manage.limits.lockedHint")}</p>
      <ul className={classes.rules}>
        {data.locked.map(({ id, name, at, pattern, numbers, minutes, about }) => (
          <li key={id} className={classes.rule}>
            <div className={`${list.two} ${list.grow}`}>
              <strong>{name}</strong>
              <small>
                {moment(at, language)} · {t(`manage.limits.patterns.${pattern}`)} ·{" "}
                {t("manage.limits.hit", { numbers, minutes })}
                {about ? ` · ${about}` : ""}
              </small>
            </div>
            <button
              type="button"
              className={buttons.primary}
              data-testid="release"
              aria-label={t("manage.limits.releaseFor", { name })}
              disabled={release.isPending}
              onClick={() => release.mutate({ id, name })}
            >
              {t("manage.limits.release")}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

interface RuleProps {
  rule: BrakeRule;
  onChange: (rule: BrakeRule) => void;
}

function Rule({ rule, onChange }: RuleProps) {
  const { t } = useTranslation();
  const name = t(`manage.limits.patterns.${rule.pattern}`);
  const number = (text: string) => Number.parseInt(text, 10) || 0;
  return (
    <li className={classes.rule}>
      <label className={classes.check} htmlFor={`rule-${rule.pattern}`}>
        <input
          id={`rule-${rule.pattern}`}
          type="checkbox"
          checked={rule.on}
          onChange={(event) => onChange({ ...rule, on: event.currentTarget.checked })}
        />
        {name}
      </label>
      <input
        className={classes.small}
        inputMode="numeric"
        aria-label={t("manage.limits.countFor", { name })}
        value={rule.count}
        onChange={(event) => onChange({ ...rule, count: number(event.currentTarget.value) })}
      />
      <small>{t("manage.limits.minutes")}</small>
      <input
        className={classes.small}
        inputMode="numeric"
        aria-label={t("manage.limits.minutesFor", { name })}
        value={rule.minutes}
        onChange={(event) => onChange({ ...rule, minutes: number(event.currentTarget.value) })}
      />
    </li>
  );
}

function Form({ brake }: { brake: Brake }) {
  const { t } = useTranslation();
  const { api } = useServices();
  const [mode, setMode] = useState(brake.mode);
  const [rules, setRules] = useState<readonly BrakeRule[]>(brake.rules);
  const save = useSaved(() => api.send<Brake>("PUT", "/brake", { mode, rules }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate(undefined);
  };
  return (
    <form className={classes.card} data-testid="brake" onSubmit={submit}>
      <h2>{t("manage.limits.brake")}</h2>
      <p>{t("manage.limits.brakeHint")}</p>
      <label className={classes.field} htmlFor="brake-mode">
        {t("manage.limits.mode")}
        <select
          id="brake-mode"
          data-testid="brake-mode"
          value={mode}
          onChange={(event) => setMode(event.currentTarget.value as Brake["mode"])}
        >
          {MODES.map((each) => (
            <option key={each} value={each}>
              {t(`manage.limits.modes.${each}`)}
            </option>
          ))}
        </select>
      </label>
      <ul className={classes.rules}>
        {rules.map((rule) => (
          <Rule
            key={rule.pattern}
            rule={rule}
            onChange={(next) =>
              setRules(rules.map((each) => (each.pattern === next.pattern ? next : each)))
            }
          />
        ))}
      </ul>
      <button
        type="submit"
        className={buttons.primary}
        data-testid="brake-save"
        disabled={save.isPending}
      >
        {t("manage.limits.save")}
      </button>
    </form>
  );
}

export function BrakeCard() {
  const { api } = useServices();
  const { data } = useQuery(brakeQuery(api));
  return data ? <Form brake={data} /> : null;
}
