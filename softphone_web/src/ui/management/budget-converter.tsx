import { NativeSelect, TextInput } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Area } from "../../api/types";
import { decimal } from "../shared/format";
import { useLanguage, useServices } from "../shared/services";
import { errorText } from "../shared/trouble";
import { useDebounced } from "../shared/use-debounced";
import { AREAS, areaOf } from "./areas";
import classes from "./budget-converter.module.css";

/** The whole number that was typed, nothing typed being 0; null where it is none. */
function whole(text: string): number | null {
  return /^\d{0,5}$/.test(text.trim()) ? Number(text) : null;
}

/** The time to book for the time really worked; the server does the arithmetic. */
export function BudgetConverter() {
  const { t } = useTranslation();
  const { api } = useServices();
  const language = useLanguage();
  const [hours, setHours] = useState("3");
  const [minutes, setMinutes] = useState("0");
  const [area, setArea] = useState<Area>("backoffice_eu");
  const h = whole(hours);
  const m = whole(minutes);
  const typed = h === null || m === null ? null : h * 60 + m;
  const effective = useDebounced(typed ?? 0, 150);
  const { data, error } = useQuery({
    queryKey: ["budget", effective, area],
    queryFn: () => api.budget(effective, area),
    placeholderData: keepPreviousData,
  });
  return (
    <section className={classes.card}>
      <div className={classes.words}>
        <h2>{t("manage.budget.title")}</h2>
        <p>{t("manage.budget.intro")}</p>
      </div>
      <div className={classes.inputs}>
        <TextInput
          className={classes.time ?? ""}
          data-testid="budget-hours"
          label={t("manage.budget.hours")}
          inputMode="numeric"
          error={h === null}
          value={hours}
          onChange={(event) => setHours(event.currentTarget.value)}
        />
        <TextInput
          className={classes.time ?? ""}
          data-testid="budget-minutes"
          label={t("manage.budget.minutes")}
          inputMode="numeric"
          error={m === null}
          value={minutes}
          onChange={(event) => setMinutes(event.currentTarget.value)}
        />
        <NativeSelect
          data-testid="budget-area"
          label={t("manage.budget.area")}
          value={area}
          onChange={(event) => {
            const chosen = areaOf(event.currentTarget.value);
            if (chosen) setArea(chosen);
          }}
          data={AREAS.map((each) => ({ value: each, label: t(`areas.${each}`) }))}
        />
      </div>
      <output className={classes.result} data-testid="budget-result">
        {typed === null ? <span>{t("manage.budget.whole")}</span> : null}
        {error && typed !== null ? <span>{errorText(error)}</span> : null}
        {data && typed !== null ? (
          <>
            <strong className="tabular">{data.booked}</strong>
            <span>{t("manage.budget.booked")}</span>
            <small className="tabular">
              {t("manage.budget.exact", {
                minutes: decimal(data.exact_minutes, language),
                factor: decimal(data.factor, language),
              })}
            </small>
          </>
        ) : null}
      </output>
    </section>
  );
}
