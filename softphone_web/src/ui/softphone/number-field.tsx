/** Country first, then the number: one row, one thought. */
import { useQuery } from "@tanstack/react-query";
import { type RefObject, useId, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Flag } from "../shared/flag";
import { Icon } from "../shared/icons";
import { countriesQuery } from "../shared/queries";
import { useServices } from "../shared/services";
import classes from "./number-field.module.css";

interface NumberFieldProps {
  country: string;
  number: string;
  input: RefObject<HTMLInputElement | null>;
  onCountry: (code: string) => void;
  onNumber: (number: string) => void;
  /** Enter was pressed in the number. */
  onEnter: () => void;
  onEscape: () => void;
}

export function NumberField({
  country,
  number,
  input,
  onCountry,
  onNumber,
  onEnter,
  onEscape,
}: NumberFieldProps) {
  const { t } = useTranslation();
  const { api } = useServices();
  const id = useId();
  const byKey = useRef(false);
  const { data } = useQuery(countriesQuery(api));
  const countries = data?.items.filter((each) => each.open_to_me) ?? [];
  const chosen = countries.find((each) => each.code === country);
  return (
    <div>
      <div className={classes.labels}>
        <label htmlFor={`${id}-country`}>{t("dial.country")}</label>
        <label htmlFor={`${id}-number`}>{t("dial.number")}</label>
      </div>
      <div className={classes.row}>
        <div className={classes.country}>
          <Flag code={country} />
          <span className="tabular" aria-hidden="true">
            {chosen ? `+${chosen.calling_code}` : ""}
          </span>
          <Icon name="chevron" size={16} />
          <select
            id={`${id}-country`}
            data-testid="country-select"
            value={country}
            onPointerDown={() => {
              byKey.current = false;
            }}
            onKeyDown={() => {
              byKey.current = true;
            }}
            onChange={(event) => {
              onCountry(event.currentTarget.value);
              // Arrow keys change it at each step: the next one must arrive here as well.
              if (!byKey.current) input.current?.focus();
            }}
          >
            {chosen ? null : <option value={country}>{country}</option>}
            {countries.map((each) => (
              <option key={each.code} value={each.code}>
                {each.name} (+{each.calling_code})
              </option>
            ))}
          </select>
        </div>
        <div className={classes.number}>
          <input
            ref={input}
            id={`${id}-number`}
            data-testid="number-input"
            className="tabular"
            type="tel"
            inputMode="tel"
            autoComplete="off"
            enterKeyHint="go"
            maxLength={100}
            placeholder={t("dial.placeholder")}
            value={number}
            onChange={(event) => onNumber(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key === "Escape") onEscape();
              if (event.key !== "Enter" || event.nativeEvent.isComposing) return;
              // Not left to the form: its button may be off until the last digit is checked.
              event.preventDefault();
              onEnter();
            }}
          />
          {number ? (
            <button
              type="button"
              className={classes.clear}
              aria-label={t("dial.clear")}
              onClick={() => {
                onNumber("");
                input.current?.focus();
              }}
            >
              <Icon name="close" size={17} />
            </button>
          ) : null}
        </div>
      </div>
    </div>
  );
}
