/** Who wanted to call which locked country, with the way to open it. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import buttons from "../shared/button.module.css";
import { Flag } from "../shared/flag";
import { useServices } from "../shared/services";
import { refusedQuery } from "./country-api";
import list from "./list.module.css";
import type { UnlockWish } from "./unlock-dialog";
import classes from "./unlocks.module.css";

/** Nothing at all where nobody was refused. */
export function Refused({ onUnlock }: { onUnlock: (wish: UnlockWish) => void }) {
  const { t } = useTranslation();
  const { api } = useServices();
  const { data } = useQuery(refusedQuery(api));
  if (!data || data.items.length === 0) return null;
  return (
    <section className={classes.section} data-testid="refused-calls">
      <div className={classes.head}>
        <h2>{t("manage.countries.refused")}</h2>
      </div>
      <ul className={list.card}>
        {data.items.slice(0, 10).map(({ country, country_name, user, user_name, count }) => (
          <li key={`${country} ${user}`} className={list.row}>
            <Flag code={country} />
            <div className={`${list.two} ${list.grow}`}>
              <strong>{country_name}</strong>
              <small>
                {user_name} · {t("manage.countries.refusedCalls", { count })}
              </small>
            </div>
            <button
              type="button"
              className={buttons.secondary}
              aria-label={t("manage.countries.unlockFor", { name: country_name })}
              onClick={() => onUnlock({ country, user })}
            >
              {t("manage.countries.unlock")}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
