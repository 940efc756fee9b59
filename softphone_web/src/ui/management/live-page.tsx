/** What is going on right now: calls under way and people, pushed by the server. */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { LiveCall, LivePerson } from "../../api/types";
import { clock, moment } from "../shared/format";
import { Icon } from "../shared/icons";
import type { Board } from "../shared/live-cache";
import { keys } from "../shared/queries";
import { useLanguage, useServices } from "../shared/services";
import list from "./list.module.css";
import { LiveActions } from "./live-actions";
import { countsOf, inOrder, standOf } from "./live-board";
import classes from "./live-page.module.css";
import { Empty, ListCard } from "./parts";

/** What the server tells while this page is open. */
function useBoard(): Board | undefined {
  const { live, queries } = useServices();
  useEffect(() => {
    live.watch(true);
    return () => {
      live.watch(false);
      queries.removeQueries({ queryKey: keys.board });
    };
  }, [live, queries]);
  return useQuery<Board>({ queryKey: keys.board, enabled: false }).data;
}

/** One clock for all rows. */
function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

function Counts({ board }: { board: Board }) {
  const { t } = useTranslation();
  const counts = countsOf(board.calls, board.people);
  return (
    <dl className={classes.counts} aria-label={t("manage.live.counts")}>
      {(["talking", "ringing", "waiting", "reachable"] as const).map((name) => (
        <div key={name} data-name={name} data-some={counts[name] > 0 || undefined}>
          <dt>{t(`manage.live.${name}`)}</dt>
          <dd className="tabular" data-testid={`live-count-${name}`}>
            {counts[name]}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function useParty(call: LiveCall): string {
  const { t } = useTranslation();
  if (call.direction === "internal") return call.colleague_name ?? t("common.none");
  return call.national ?? call.number ?? t("common.withheld");
}

function Row({
  call,
  people,
  now,
}: {
  call: LiveCall;
  people: readonly LivePerson[];
  now: number;
}) {
  const { t } = useTranslation();
  const party = useParty(call);
  const handed =
    call.colleague_name && call.direction !== "internal"
      ? t("manage.live.to", { name: call.colleague_name })
      : null;
  const rings =
    call.rings.length > 0 ? t("manage.live.rings", { names: call.rings.join(", ") }) : null;
  const facts = [call.task_title, call.direction === "inbound" ? call.label : null];
  return (
    <li className={classes.row} data-testid={`live-call-${call.id}`} data-state={call.state}>
      <span className={classes.sign} data-stand={standOf(call)}>
        <Icon name={call.direction} size={18} />
        <span className="visually-hidden">{t(`recent.${call.direction}`)}</span>
      </span>
      <span className={`${list.two} ${classes.party}`}>
        <strong className="tabular">{party}</strong>
        <small>{call.user_name ?? rings ?? t("manage.live.nobody")}</small>
      </span>
      <span className={`${list.two} ${list.grow}`}>
        <span>{t(`manage.live.states.${call.state}`)}</span>
        <small>{[handed, ...facts].filter(Boolean).join(" · ")}</small>
      </span>
      <span className={`${classes.time} tabular`}>
        {clock((now - Date.parse(call.since)) / 1000)}
      </span>
      <LiveActions call={call} party={party} people={people} />
    </li>
  );
}

function People({ people }: { people: readonly LivePerson[] }) {
  const { t } = useTranslation();
  const language = useLanguage();
  return (
    <ul className={`${list.card} ${classes.people}`}>
      {inOrder(people).map((each) => (
        <li
          key={each.email}
          data-presence={each.presence}
          data-testid={`live-person-${each.email}`}
        >
          <strong>{each.name}</strong>
          <span>{t(`presence.${each.presence}`)}</span>
          <small>
            {each.since
              ? t("manage.live.since", { time: moment(each.since, language) })
              : t("manage.live.always")}
          </small>
        </li>
      ))}
    </ul>
  );
}

export function LivePage() {
  const { t } = useTranslation();
  const board = useBoard();
  const now = useNow();
  const calls = board?.calls ?? [];
  const empty = (
    <Empty icon="phone" title={t("manage.live.none")} hint={t("manage.live.noneHint")} />
  );
  return (
    <>
      {board ? <Counts board={board} /> : null}
      <h2 className={list.group}>{t("manage.live.calls")}</h2>
      <ListCard
        loading={!board}
        error={null}
        retry={() => undefined}
        empty={calls.length === 0 ? empty : null}
      >
        <ul data-testid="live-calls">
          {calls.map((call) => (
            <Row key={call.id} call={call} people={board?.people ?? []} now={now} />
          ))}
        </ul>
      </ListCard>
      <h2 className={list.group}>{t("manage.live.people")}</h2>
      {board ? <People people={board.people} /> : null}
    </>
  );
}
