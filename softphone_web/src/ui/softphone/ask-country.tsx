/** Asking management for a locked country; above the form, because it is a form of its own. */
import { useTranslation } from "react-i18next";
import { CountryRequestDialog } from "../desk/country-request-dialog";
import { useStore, Value } from "../shared/use-store";
import { draft } from "./draft";
import classes from "./number-preview.module.css";

/** The country that is being asked for, or null. */
const asked = new Value<string | null>(null);

export function AskCountry({ country }: { country: string }) {
  const { t } = useTranslation();
  return (
    <button
      type="button"
      className={classes.ask}
      data-testid="ask-country"
      onClick={() => asked.set(country)}
    >
      {t("ending.ask")}
    </button>
  );
}

export function AskCountryDialog() {
  const country = useStore(asked);
  const { task } = useStore(draft);
  if (!country) return null;
  return (
    <CountryRequestDialog
      country={country}
      task={task ? { external_id: task.external_id, title: task.title } : null}
      onClose={() => asked.set(null)}
    />
  );
}
