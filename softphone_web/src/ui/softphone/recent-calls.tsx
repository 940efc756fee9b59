/** The last calls, by day; one click takes a number over. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Call } from "../../api/types";
import { meaning } from "../../phone/call-state";
import { partyLines } from "../desk/party";
import { clock, dayName, time } from "../shared/format";
import { Icon } from "../shared/icons";
import { recentQuery } from "../shared/queries";
import { Link } from "../shared/router";
import { useLanguage, useMe, usePhone, useServices } from "../shared/services";
import { LoadFailed } from "../shared/trouble";
import { outcomeKey, talkedSeconds, wasMissed, wentWrong } from "./outcome";
import classes from "./recent-calls.module.css";
import { useUseNumber } from "./use-number";

function Row({ call, onUse }: { call: Call; onUse: (call: Call) => void }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { call: underWay } = usePhone();
  const open = meaning(call.state).alive;
  const missed = wasMissed(call);
  const me = useMe();
  const party = partyLines(call, me.email);
  const facts = [
    party.number,
    call.task_title,
    call.direction === "inbound" ? call.label : null,
  ].filter(Boolean);
  const quiet = !call.answered_at || missed;
  return (
    <li>
      <button
        type="button"
        className={classes.row}
        disabled={!call.number || underWay !== null}
        onClick={() => onUse(call)}
        title={call.number ?? undefined}
        data-testid="recent-call"
      >
        <span className={classes.sign} data-missed={missed || undefined}>
          <Icon name={call.outcome === "voicemail" ? "voicemail" : call.direction} size={18} />
          <span className="visually-hidden">{t(`recent.${call.direction}`)}</span>
        </span>
        <span className={classes.main}>
          <strong className="tabular" data-missed={missed || undefined}>
            {party.name ?? t("common.withheld")}
          </strong>
          <small>{facts.join(" · ")}</small>
        </span>
        <span className={classes.side}>
          <span className="tabular">{time(call.offered_at, language)}</span>
          <small className="tabular" data-bad={wentWrong(call) || missed || undefined}>
            {open || quiet ? t(`outcomes.${outcomeKey(call)}`) : clock(talkedSeconds(call))}
          </small>
        </span>
      </button>
    </li>
  );
}

function Skeleton() {
  return (
    <div className={classes.skeleton} aria-hidden="true">
      {["a", "b", "c", "d", "e", "f"].map((key) => (
        <span key={key} />
      ))}
    </div>
  );
}

function Empty() {
  const { t } = useTranslation();
  return (
    <div className={classes.empty}>
      <span>
        <Icon name="clock" size={26} />
      </span>
      <strong>{t("recent.empty")}</strong>
      <p>{t("recent.emptyHint")}</p>
    </div>
  );
}

/** Calls of one day after the other, newest first. */
function byDay(calls: readonly Call[], name: (call: Call) => string): [string, Call[]][] {
  const days = new Map<string, Call[]>();
  for (const call of calls) {
    const key = name(call);
    days.set(key, [...(days.get(key) ?? []), call]);
  }
  return [...days];
}

export function RecentCalls() {
  const { t } = useTranslation();
  const language = useLanguage();
  const { api } = useServices();
  const me = useMe();
  const reuse = useUseNumber();
  const { data, error, refetch, isPending } = useQuery(recentQuery(api, me.email));
  const words = { today: t("common.today"), yesterday: t("common.yesterday") };
  const days = byDay(data?.items ?? [], (call) =>
    dayName(call.offered_at, new Date(), language, words),
  );
  return (
    <section className={classes.panel} data-testid="recent-calls" aria-label={t("recent.title")}>
      {isPending ? <Skeleton /> : null}
      {error && !data ? <LoadFailed error={error} retry={() => void refetch()} /> : null}
      {data && data.items.length === 0 ? <Empty /> : null}
      {days.map(([day, calls]) => (
        <div key={day} className={classes.day}>
          <h2>{day}</h2>
          <ul>
            {calls.map((call) => (
              <Row key={call.id} call={call} onUse={reuse} />
            ))}
          </ul>
        </div>
      ))}
      {data && data.items.length > 0 ? (
        <Link className={classes.all} href="/history">
          {t("desk.recent.all")}
        </Link>
      ) : null}
    </section>
  );
}
