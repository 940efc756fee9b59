/** The country of a number, as small as it can be: flag and calling code over a real select. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Flag } from "../../shared/flag";
import { Icon } from "../../shared/icons";
import { countriesQuery } from "../../shared/queries";
import { useServices } from "../../shared/services";
import classes from "./country-select.module.css";

interface CountrySelectProps {
  country: string;
  onChange: (code: string) => void;
  testId: string;
}

export function CountrySelect({ country, onChange, testId }: CountrySelectProps) {
  const { t } = useTranslation();
  const { api } = useServices();
  const { data } = useQuery(countriesQuery(api));
  const allowed = data?.items.filter((each) => each.open_to_me) ?? [];
  const chosen = allowed.find((each) => each.code === country);
  return (
    <div className={classes.country}>
      <Flag code={country} />
      <span className="tabular" aria-hidden="true">
        {chosen ? `+${chosen.calling_code}` : ""}
      </span>
      <Icon name="chevron" size={16} />
      <select
        data-testid={testId}
        aria-label={t("dial.country")}
        value={country}
        onChange={(event) => onChange(event.currentTarget.value)}
      >
        {chosen ? null : <option value={country}>{country}</option>}
        {allowed.map((each) => (
          <option key={each.code} value={each.code}>
            {each.name} (+{each.calling_code})
          </option>
        ))}
      </select>
    </div>
  );
}
