/** Colleagues with their presence; one click calls them from browser to browser. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Colleague } from "../../api/types";
import { initials } from "../shared/format";
import { Icon } from "../shared/icons";
import { colleaguesQuery } from "../shared/queries";
import { usePhone, useServices } from "../shared/services";
import { LoadFailed } from "../shared/trouble";
import { useStore } from "../shared/use-store";
import { draft } from "./draft";
import classes from "./team-list.module.css";
import { PresenceSign } from "./transfer/presence";
import { colleaguesFor, reachable } from "./transfer-search";

function Row({ colleague }: { colleague: Colleague }) {
  const { t } = useTranslation();
  const { phone } = useServices();
  const { call, busy } = usePhone();
  const { task } = useStore(draft);
  const words = t("team.call", { name: colleague.name });
  return (
    <li className={classes.row}>
      <span className={classes.face}>{initials(colleague.name)}</span>
      <span className={classes.who}>
        <strong>{colleague.name}</strong>
        <PresenceSign presence={colleague.presence} />
      </span>
      <button
        type="button"
        data-testid={`call-colleague-${colleague.email}`}
        aria-label={words}
        title={words}
        disabled={!reachable(colleague) || call !== null || busy !== null}
        onClick={() => void phone.callColleague(colleague.email, task?.external_id ?? "")}
      >
        <Icon name="phone" size={19} />
      </button>
    </li>
  );
}

export function TeamList() {
  const { t } = useTranslation();
  const { api } = useServices();
  const { data, error, refetch } = useQuery(colleaguesQuery(api));
  return (
    <section className={classes.team} data-testid="team" aria-label={t("team.title")}>
      <p className={classes.hint}>{t("team.hint")}</p>
      {error && !data ? <LoadFailed error={error} retry={() => void refetch()} /> : null}
      {data?.items.length === 0 ? <p className={classes.hint}>{t("team.empty")}</p> : null}
      <ul>
        {colleaguesFor(data?.items ?? [], "").map((colleague) => (
          <Row key={colleague.email} colleague={colleague} />
        ))}
      </ul>
    </section>
  );
}
