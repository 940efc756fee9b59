/** All calls, and what happened in each of them. */
import { NativeSelect, Switch, TextInput } from "@mantine/core";
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Call } from "../../api/types";
import { clock, moment } from "../shared/format";
import { Icon } from "../shared/icons";
import { type CallSearch, callsQuery, checkQuery, usersQuery } from "../shared/queries";
import { useLanguage, useServices } from "../shared/services";
import { useDebounced } from "../shared/use-debounced";
import { outcomeKey, wasMissed } from "../softphone/outcome";
import { CallDrawer } from "./call-drawer";
import classes from "./calls-page.module.css";
import list from "./list.module.css";
import { Empty, ListCard, More } from "./parts";
import { PERIODS, type Period, since } from "./period";
import { useNameOf } from "./voicemails-page";

interface Filter {
  period: Period;
  user: string;
  /** As it was typed. */
  number: string;
  missed: boolean;
}

const HOME = "DE";

/** The number in E.164 form, however it was typed: null where it is none (yet). */
function useE164(typed: string): { number: string | null; unfinished: boolean } {
  const { api } = useServices();
  const plain = typed.trim();
  const complete = /^\+\d{7,15}$/.test(plain);
  const { data } = useQuery({
    ...checkQuery(api, HOME, plain),
    enabled: plain !== "" && !complete,
  });
  const number = complete ? plain : (data?.e164 ?? null);
  return { number, unfinished: data !== undefined && number === null };
}

function searchOf({ period, user }: Filter, number: string | null): CallSearch {
  const from = since(period, new Date());
  return {
    ...(from ? { from } : {}),
    ...(user ? { user } : {}),
    ...(number ? { number } : {}),
  };
}

interface ToolsProps {
  filter: Filter;
  /** What was typed as a number is none (yet): the list is not narrowed by it. */
  unfinished: boolean;
  onChange: (filter: Filter) => void;
}

function Tools({ filter, unfinished, onChange }: ToolsProps) {
  const { t } = useTranslation();
  const { api } = useServices();
  const users = useQuery(usersQuery(api)).data?.items ?? [];
  const set = (part: Partial<Filter>) => onChange({ ...filter, ...part });
  return (
    <div className={list.tools}>
      <NativeSelect
        label={t("manage.calls.period")}
        value={filter.period}
        onChange={(event) => {
          const chosen = PERIODS.find((each) => each === event.currentTarget.value);
          if (chosen) set({ period: chosen });
        }}
        data={PERIODS.map((each) => ({ value: each, label: t(`manage.calls.${each}`) }))}
      />
      <NativeSelect
        label={t("manage.calls.person")}
        value={filter.user}
        onChange={(event) => set({ user: event.currentTarget.value })}
        data={[
          { value: "", label: t("common.allOf") },
          ...users.map((each) => ({ value: each.email, label: each.name })),
        ]}
      />
      <TextInput
        // In the label's place: a line of its own would push the list down.
        label={t(unfinished ? "manage.calls.numberUnfinished" : "manage.calls.number")}
        placeholder="0221 … / +49 …"
        error={unfinished}
        value={filter.number}
        onChange={(event) => set({ number: event.currentTarget.value })}
      />
      <Switch
        className={classes.missed ?? ""}
        data-testid="only-missed"
        label={t("manage.calls.onlyMissed")}
        checked={filter.missed}
        withThumbIndicator={false}
        onChange={(event) => set({ missed: event.currentTarget.checked })}
      />
    </div>
  );
}

function Row({ call, onOpen }: { call: Call; onOpen: () => void }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const nameOf = useNameOf();
  const missed = wasMissed(call);
  const party = call.national ?? call.number ?? t("common.withheld");
  const small = [call.task_title, call.direction === "inbound" ? call.label : null];
  return (
    <li>
      <button
        type="button"
        className={`${list.row} ${classes.call}`}
        data-testid={`call-row-${call.id}`}
        onClick={onOpen}
      >
        <span className={classes.sign} data-missed={missed || undefined}>
          <Icon name={call.outcome === "voicemail" ? "voicemail" : call.direction} size={18} />
          <span className="visually-hidden">{t(`recent.${call.direction}`)}</span>
        </span>
        <span className={`${list.two} ${classes.party}`}>
          <strong className="tabular">{party}</strong>
          <small className="tabular">{moment(call.offered_at, language)}</small>
        </span>
        <span className={`${list.two} ${list.grow}`}>
          <span className={classes.person}>{call.user ? nameOf(call.user) : t("common.none")}</span>
          <small>{small.filter(Boolean).join(" · ")}</small>
        </span>
        <span className={classes.outcome} data-missed={missed || undefined}>
          {t(`outcomes.${outcomeKey(call)}`)}
        </span>
        <span className={`${classes.length} tabular`}>
          {call.talk_seconds > 0 ? clock(call.talk_seconds) : t("common.none")}
        </span>
      </button>
    </li>
  );
}

export function CallsPage() {
  const { t } = useTranslation();
  const { api } = useServices();
  const [opened, setOpened] = useState<string | null>(null);
  const [filter, setFilter] = useState<Filter>({
    period: "week",
    user: "",
    number: "",
    missed: false,
  });
  const settled = useDebounced(filter, 400);
  const { number, unfinished } = useE164(settled.number);
  const search = searchOf(settled, number);
  const query = useInfiniteQuery({
    ...callsQuery(api, search),
    placeholderData: keepPreviousData,
  });
  const all = query.data?.pages.flatMap((page) => page.items) ?? [];
  const shown = filter.missed ? all.filter(wasMissed) : all;
  const empty = <Empty icon="list" title={t("manage.calls.empty")} />;
  return (
    <>
      <Tools
        filter={filter}
        unfinished={unfinished && settled.number === filter.number}
        onChange={setFilter}
      />
      <ListCard
        loading={query.isPending}
        error={query.data ? null : query.error}
        retry={() => void query.refetch()}
        empty={shown.length === 0 && !query.hasNextPage ? empty : null}
      >
        <ul className={classes.calls}>
          {shown.map((call) => (
            <Row key={call.id} call={call} onOpen={() => setOpened(call.id)} />
          ))}
        </ul>
        <More query={query} />
      </ListCard>
      {opened ? <CallDrawer id={opened} onClose={() => setOpened(null)} /> : null}
    </>
  );
}
