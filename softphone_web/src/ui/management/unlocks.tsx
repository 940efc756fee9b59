/** Locked countries that are open for somebody, for something, for a time. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import buttons from "../shared/button.module.css";
import { Flag } from "../shared/flag";
import { moment } from "../shared/format";
import { keys } from "../shared/queries";
import { useLanguage, useServices } from "../shared/services";
import { tell, warn } from "../shared/toasts";
import { errorText } from "../shared/trouble";
import { countryKeys, type Unlock, unlocksQuery } from "./country-api";
import list from "./list.module.css";
import classes from "./unlocks.module.css";

const TONES: Record<Unlock["state"], string> = {
  active: "good",
  planned: "wait",
  used_up: "bad",
  over: "",
  revoked: "",
};

/** Ends an unlock or takes that back, and offers the opposite. */
function useTurn() {
  const { t } = useTranslation();
  const { api } = useServices();
  const queries = useQueryClient();
  const mutation = useMutation({
    mutationFn: ({ unlock, on }: { unlock: Unlock; on: boolean }) =>
      api.send<Unlock>("POST", `/unlocks/${unlock.id}/${on ? "restore" : "revoke"}`),
    onSuccess: (unlock, { on }) => {
      for (const queryKey of [countryKeys.unlocks, keys.countries, ["check"]]) {
        void queries.invalidateQueries({ queryKey });
      }
      const name = unlock.country_name;
      if (on) tell(t("manage.countries.restored", { name }));
      else {
        tell(t("manage.countries.revoked", { name }), () => mutation.mutate({ unlock, on: true }));
      }
    },
    onError: (error) => warn(errorText(error)),
  });
  return mutation.mutate;
}

function Row({ unlock, onRevoke }: { unlock: Unlock; onRevoke: () => void }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { country, country_name: name, user_name, task, until, since, cap_minutes } = unlock;
  const used = Math.floor(unlock.used_seconds / 60);
  const whom = [
    user_name ?? (task ? null : t("manage.countries.everybody")),
    task ? (unlock.task_title ?? task) : null,
  ];
  const when = [
    unlock.state === "planned"
      ? t("manage.countries.from", { when: moment(since, language) })
      : null,
    until
      ? t("manage.countries.until", { when: moment(until, language) })
      : t("manage.countries.openEnd"),
    cap_minutes === null
      ? t("manage.countries.usedFree", { used })
      : t("manage.countries.used", { used, cap: cap_minutes }),
    unlock.by_name ? t("manage.countries.by", { name: unlock.by_name }) : null,
    unlock.note || null,
  ];
  return (
    <li className={list.row} data-testid={`unlock-row-${country}`}>
      <Flag code={country} />
      <div className={`${list.two} ${list.grow}`}>
        <strong>
          {name} · {whom.filter(Boolean).join(" · ")}
        </strong>
        <small>{when.filter(Boolean).join(" · ")}</small>
      </div>
      <span className={list.badge} data-tone={TONES[unlock.state]}>
        {t(`manage.countries.states.${unlock.state}`)}
      </span>
      <button
        type="button"
        className={buttons.secondary}
        data-testid="unlock-revoke"
        aria-label={t("manage.countries.revokeFor", { name })}
        onClick={onRevoke}
      >
        {t("manage.countries.revoke")}
      </button>
    </li>
  );
}

export function Unlocks({ onAdd }: { onAdd: () => void }) {
  const { t } = useTranslation();
  const { api } = useServices();
  const { data } = useQuery(unlocksQuery(api));
  const turn = useTurn();
  if (!data) return null;
  return (
    <section className={classes.section} data-testid="unlocks">
      <div className={classes.head}>
        <div>
          <h2>{t("manage.countries.unlocks")}</h2>
          <p>{t("manage.countries.unlocksHint")}</p>
        </div>
        <button type="button" className={buttons.primary} data-testid="unlock-add" onClick={onAdd}>
          {t("manage.countries.unlock")}
        </button>
      </div>
      {data.items.length > 0 ? (
        <ul className={list.card}>
          {data.items.map((unlock) => (
            <Row key={unlock.id} unlock={unlock} onRevoke={() => turn({ unlock, on: false })} />
          ))}
        </ul>
      ) : (
        <p className={classes.none}>{t("manage.countries.noUnlocks")}</p>
      )}
    </section>
  );
}
