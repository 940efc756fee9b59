/** All calls, and what happened in each of them. */
import { Button, TextInput } from "@mantine/core";
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Call, Page } from "../../api/types";
import { clock, moment } from "../shared/format";
import { Icon } from "../shared/icons";
import { checkQuery, keys } from "../shared/queries";
import { useLanguage, useServices } from "../shared/services";
import { useDebounced } from "../shared/use-debounced";
import { outcomeKey, wasMissed } from "../softphone/outcome";
import { CallDrawer } from "./call-drawer";
import { type CallFilter, furtherCount, NO_FILTER, searchOf } from "./call-filter";
import { FurtherFields, PeriodFields, PersonField } from "./call-filter-fields";
import classes from "./calls-page.module.css";
import list from "./list.module.css";
import { Empty, ListCard, More } from "./parts";
import { SavedSearches } from "./saved-searches";
import { useNameOf } from "./voicemails-page";

const HOME = "DE";
const PAGE_CALLS = 50;
const REFRESH_MS = 15_000;

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

interface ToolsProps {
  filter: CallFilter;
  /** What was typed as a number is none (yet): the list is not narrowed by it. */
  unfinished: boolean;
  onChange: (filter: CallFilter) => void;
}

function Tools({ filter, unfinished, onChange }: ToolsProps) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const further = furtherCount(filter);
  const change = { filter, onChange };
  return (
    <search>
      <div className={list.tools}>
        <TextInput
          className={list.wide ?? ""}
          label={t("manage.calls.query")}
          data-testid="calls-query"
          maxLength={200}
          value={filter.query}
          onChange={(event) => onChange({ ...filter, query: event.currentTarget.value })}
        />
        <PeriodFields {...change} />
        <PersonField {...change} />
        <Button
          variant="light"
          className={classes.further ?? ""}
          aria-expanded={open}
          data-testid="calls-further"
          onClick={() => setOpen(!open)}
        >
          {further > 0
            ? t("manage.calls.furtherSome", { count: further })
            : t("manage.calls.further")}
        </Button>
      </div>
      {open ? (
        <div className={list.tools}>
          <TextInput
            // In the label's place: a line of its own would push the list down.
            label={t(unfinished ? "manage.calls.numberUnfinished" : "manage.calls.number")}
            placeholder="0221 … / +49 …"
            error={unfinished}
            data-testid="calls-number"
            value={filter.number}
            onChange={(event) => onChange({ ...filter, number: event.currentTarget.value })}
          />
          <FurtherFields {...change} />
          {further > 0 ? (
            <Button
              variant="subtle"
              onClick={() =>
                onChange({ ...NO_FILTER, period: filter.period, from: filter.from, to: filter.to })
              }
            >
              {t("manage.calls.reset")}
            </Button>
          ) : null}
        </div>
      ) : null}
    </search>
  );
}

/** How many calls were found, and the way to have them as a file. */
function Found({ search }: { search: Record<string, string> }) {
  const { t } = useTranslation();
  const { api } = useServices();
  const language = useLanguage();
  const { data } = useQuery({
    queryKey: [...keys.calls, "count", search],
    queryFn: ({ signal }) => api.callCount(search, signal),
    placeholderData: keepPreviousData,
  });
  const number = new Intl.NumberFormat(language === "de" ? "de-DE" : "en-GB").format(
    data?.calls ?? 0,
  );
  const csv = language === "de" ? { ...search, format: "excel-de" } : search;
  return (
    <div className={classes.found}>
      <strong className="tabular" data-testid="calls-count" aria-live="polite">
        {data ? t(data.more ? "manage.calls.foundMore" : "manage.calls.found", { number }) : ""}
      </strong>
      {data?.more ? <span>{t("manage.calls.tooMany")}</span> : null}
      {data && !data.more && data.calls > 0 ? (
        <>
          <a href={api.callsFile("csv", csv)} download data-testid="calls-csv">
            <Icon name="download" size={16} />
            CSV
          </a>
          <a href={api.callsFile("xlsx", search)} download data-testid="calls-xlsx">
            <Icon name="download" size={16} />
            Excel
          </a>
        </>
      ) : null}
    </div>
  );
}

function Row({ call, onOpen }: { call: Call; onOpen: () => void }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const nameOf = useNameOf();
  const missed = wasMissed(call);
  const number = call.national ?? call.number;
  const colleague = call.direction === "internal" ? call.colleague_name : null;
  const party = colleague ?? call.party_name ?? number ?? t("common.withheld");
  const small = [
    call.task_title,
    call.party_name ? number : null,
    call.direction === "inbound" ? call.label : null,
    call.note?.split("\n")[0],
  ];
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
  const [filter, setFilter] = useState(NO_FILTER);
  const settled = useDebounced(filter, 300);
  const { number, unfinished } = useE164(settled.number);
  const search = searchOf(settled, number, new Date());
  const query = useInfiniteQuery({
    queryKey: [...keys.calls, "all", search],
    queryFn: ({ pageParam, signal }) =>
      api.calls({ ...search, cursor: pageParam, limit: PAGE_CALLS }, signal),
    initialPageParam: "",
    getNextPageParam: (page: Page<Call>) => page.next ?? undefined,
    // Only the first page: who reads on does not want the list to move.
    refetchInterval: ({ state }) => (state.data?.pages.length === 1 ? REFRESH_MS : false),
    placeholderData: keepPreviousData,
  });
  const shown = query.data?.pages.flatMap((page) => page.items) ?? [];
  const empty = <Empty icon="list" title={t("manage.calls.empty")} />;
  return (
    <>
      <Tools
        filter={filter}
        unfinished={unfinished && settled.number === filter.number}
        onChange={setFilter}
      />
      <SavedSearches filter={filter} onChange={setFilter} />
      <Found search={search} />
      <ListCard
        loading={query.isPending}
        error={query.data ? null : query.error}
        retry={() => void query.refetch()}
        empty={shown.length === 0 ? empty : null}
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
