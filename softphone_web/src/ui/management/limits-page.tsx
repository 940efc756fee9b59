/** How much people may telephone, what it costs, and what stops them. */
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { SwitchField } from "../desk/fields";
import buttons from "../shared/button.module.css";
import { useServices } from "../shared/services";
import { LoadFailed } from "../shared/trouble";
import { BrakeCard, Locked } from "./brake-card";
import { type LimitDefaults, limitsQuery, type NumberType } from "./country-api";
import { drafted, LimitFields, typed } from "./limit-fields";
import classes from "./limits-page.module.css";
import { PeopleLimits } from "./people-limits";
import { useSaved } from "./use-saved";

const TYPES: readonly NumberType[] = ["fixed", "mobile", "fixed_or_mobile", "voip"];

function Defaults({ limits }: { limits: LimitDefaults }) {
  const { t } = useTranslation();
  const { api } = useServices();
  const [values, setValues] = useState(() => drafted(limits.values));
  const save = useSaved(() =>
    api.send<LimitDefaults>("PUT", "/limits", { values: typed(values, "all") }),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate(undefined);
  };
  return (
    <form className={classes.card} data-testid="limit-defaults" onSubmit={submit}>
      <h2>{t("manage.limits.defaults")}</h2>
      <p>{t("manage.limits.defaultsHint")}</p>
      <LimitFields values={values} onChange={setValues} />
      <button
        type="submit"
        className={buttons.primary}
        data-testid="limit-save"
        disabled={save.isPending}
      >
        {t("manage.limits.save")}
      </button>
    </form>
  );
}

function Types({ chosen }: { chosen: readonly NumberType[] }) {
  const { t } = useTranslation();
  const { api } = useServices();
  const save = useSaved((types: readonly NumberType[]) =>
    api.send<LimitDefaults>("PUT", "/limits/number-types", { types }),
  );
  return (
    <section className={classes.card} data-testid="number-types">
      <h2>{t("manage.limits.types")}</h2>
      <p>{t("manage.limits.typesHint")}</p>
      <div className={classes.switches}>
        {TYPES.map((type) => (
          <SwitchField
            key={type}
            label={t(`manage.limits.typeNames.${type}`)}
            testId={`type-${type}`}
            checked={chosen.includes(type)}
            onChange={(on) =>
              save.mutate(TYPES.filter((each) => (each === type ? on : chosen.includes(each))))
            }
          />
        ))}
      </div>
    </section>
  );
}

export function LimitsPage() {
  const { t } = useTranslation();
  const { api } = useServices();
  const { data, error, refetch } = useQuery(limitsQuery(api));
  if (error) return <LoadFailed error={error} retry={() => void refetch()} />;
  if (!data) return null;
  return (
    <div className={classes.page}>
      <Locked />
      <Defaults limits={data} />
      <PeopleLimits />
      <Types chosen={data.number_types} />
      <BrakeCard />
      <section className={classes.card}>
        <h2>{t("manage.limits.emergency")}</h2>
        <p>{t(`manage.limits.emergencyModes.${data.emergency_mode}`)}</p>
        <p>{t("manage.limits.emergencyHint")}</p>
      </section>
    </div>
  );
}
