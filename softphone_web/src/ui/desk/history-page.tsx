/** My calls: found again by anything known of them, each with what happened in it. */
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Call } from "../../api/types";
import { meaning } from "../../phone/call-state";
import { PERIODS } from "../management/period";
import buttons from "../shared/button.module.css";
import { clock, dayName, time } from "../shared/format";
import { Icon } from "../shared/icons";
import { tasksQuery } from "../shared/queries";
import { navigate, usePath } from "../shared/router";
import { useLanguage, useMe, usePhone, useServices } from "../shared/services";
import { useDebounced } from "../shared/use-debounced";
import { useStore } from "../shared/use-store";
import { outcomeKey, talkedSeconds, wasMissed, wentWrong } from "../softphone/outcome";
import { grouped } from "./by-day";
import { SearchField, SelectField } from "./fields";
import { HistoryDrawer } from "./history-drawer";
import {
  DIRECTIONS,
  type HistoryFilter,
  historyFilter,
  isFiltered,
  NO_FILTER,
  OUTCOMES,
  searchOf,
} from "./history-filter";
import classes from "./history-page.module.css";
import { mosTone, mosWord } from "./mos";
import page from "./page.module.css";
import { Empty, List, More, PageHead } from "./parts";
import { partyLines } from "./party";
import { historyQuery } from "./queries";
import { useFillForm } from "./use-fill";
import { useWords } from "./words";

function Filters({ filter }: { filter: HistoryFilter }) {
  const { t } = useTranslation();
  const w = useWords();
  const { api } = useServices();
  const tasks = useQuery(tasksQuery(api, "")).data?.items ?? [];
  const set = (part: Partial<HistoryFilter>) => historyFilter.set({ ...filter, ...part });
  const all = { value: "", label: t("common.allOf") };
  return (
    <search>
      <SearchField
        label={w("history.searchHint")}
        testId="history-search"
        value={filter.query}
        onChange={(query) => set({ query })}
      />
      <div className={classes.filters}>
        <SelectField
          label={w("history.direction")}
          testId="history-direction"
          value={filter.direction}
          onChange={(direction) => set({ direction })}
          options={[
            all,
            ...DIRECTIONS.map((value) => ({ value, label: w(`history.directions.${value}`) })),
          ]}
        />
        <SelectField
          label={w("history.outcome")}
          testId="history-outcome"
          value={filter.outcome}
          onChange={(outcome) => set({ outcome })}
          options={[all, ...OUTCOMES.map((value) => ({ value, label: t(`outcomes.${value}`) }))]}
        />
        <SelectField
          label={w("history.period")}
          testId="history-period"
          value={filter.period}
          onChange={(value) => set({ period: PERIODS.find((each) => each === value) ?? "all" })}
          options={PERIODS.map((value) => ({ value, label: w(`history.periods.${value}`) }))}
        />
        <SelectField
          label={w("history.task")}
          testId="history-task"
          value={filter.task}
          onChange={(task) => set({ task })}
          options={[
            all,
            ...tasks.map(({ external_id, title }) => ({ value: external_id, label: title })),
          ]}
        />
      </div>
    </search>
  );
}

function Facts({ call, number }: { call: Call; number: string | null }) {
  const facts = [number, call.direction === "inbound" ? call.label : null, call.task_title];
  const note = call.note?.split("\n")[0];
  return (
    <small className={classes.facts}>
      <span className="tabular">{facts.filter(Boolean).join(" · ")}</span>
      {note ? (
        <span className={classes.note}>
          <Icon name="note" size={14} />
          {note}
        </span>
      ) : null}
    </small>
  );
}

function Length({ call }: { call: Call }) {
  const { t } = useTranslation();
  const w = useWords();
  const missed = wasMissed(call);
  const talked = call.answered_at && !missed && !meaning(call.state).alive;
  return (
    <small className={classes.facts} data-bad={wentWrong(call) || missed || undefined}>
      {call.mos ? (
        <span
          className={classes.quality}
          data-tone={mosTone(call.mos)}
          role="img"
          aria-label={w("mos.words", { word: w(`mos.${mosWord(call.mos)}`) })}
          title={w("mos.words", { word: w(`mos.${mosWord(call.mos)}`) })}
        />
      ) : null}
      <span className="tabular">
        {talked ? clock(talkedSeconds(call)) : t(`outcomes.${outcomeKey(call)}`)}
      </span>
    </small>
  );
}

function Row({ call }: { call: Call }) {
  const { t } = useTranslation();
  const w = useWords();
  const language = useLanguage();
  const me = useMe();
  const { call: underWay } = usePhone();
  const fillForm = useFillForm();
  const missed = wasMissed(call);
  const party = partyLines(call, me.email);
  const name = party.name ?? t("common.withheld");
  const { number } = call;
  return (
    <li className={page.row}>
      <button
        type="button"
        className={page.open}
        data-testid={`history-row-${call.id}`}
        data-direction={call.direction}
        aria-haspopup="dialog"
        onClick={() => navigate(`/history/${call.id}`)}
      >
        <span className={page.sign} data-missed={missed || undefined}>
          <Icon name={call.outcome === "voicemail" ? "voicemail" : call.direction} size={18} />
          <span className="visually-hidden">{w(`history.directions.${call.direction}`)}</span>
        </span>
        <span className={page.main}>
          <strong className="tabular" data-missed={missed || undefined}>
            {name}
          </strong>
          <Facts call={call} number={party.number} />
        </span>
        <span className={page.side}>
          <span className="tabular">{time(call.offered_at, language)}</span>
          <Length call={call} />
        </span>
      </button>
      {number ? (
        <button
          type="button"
          className={page.round}
          disabled={underWay !== null}
          aria-label={w("history.againFor", { name })}
          title={w("history.againFor", { name })}
          data-testid="history-call"
          onClick={() => void fillForm({ ...call, number })}
        >
          <Icon name="phone" size={19} />
        </button>
      ) : (
        <span className={page.round} />
      )}
    </li>
  );
}

function Nothing({ filter }: { filter: HistoryFilter }) {
  const w = useWords();
  if (!isFiltered(filter)) {
    return <Empty icon="clock" title={w("history.empty")} hint={w("history.emptyHint")} />;
  }
  return (
    <Empty icon="search" title={w("history.noneFound")} hint={w("history.noneFoundHint")}>
      <button
        type="button"
        className={buttons.secondary}
        onClick={() => historyFilter.set(NO_FILTER)}
      >
        {w("history.reset")}
      </button>
    </Empty>
  );
}

export function HistoryPage() {
  const { t } = useTranslation();
  const w = useWords();
  const { api } = useServices();
  const language = useLanguage();
  const me = useMe();
  const opened = usePath().split("/")[2];
  const filter = useStore(historyFilter);
  const settled = useDebounced(filter.query, 250);
  const search = searchOf({ ...filter, query: settled }, me.email, new Date());
  const query = useInfiniteQuery({
    ...historyQuery(api, search),
    placeholderData: keepPreviousData,
  });
  const calls = query.data?.pages.flatMap((each) => each.items) ?? [];
  const words = { today: t("common.today"), yesterday: t("common.yesterday") };
  const days = grouped(calls, (call) => dayName(call.offered_at, new Date(), language, words));
  return (
    <div className={page.page}>
      <PageHead title={w("history.title")} intro={w("history.intro")} />
      <Filters filter={filter} />
      <List
        loading={query.isPending}
        error={query.data ? null : query.error}
        retry={() => void query.refetch()}
        stale={query.isPlaceholderData}
        empty={calls.length === 0 ? <Nothing filter={filter} /> : null}
      >
        {days.map(({ name, items }) => (
          <section key={`${name} ${items[0]?.id}`} className={page.section}>
            <h2 className={page.group}>{name}</h2>
            <ul className={page.card}>
              {items.map((call) => (
                <Row key={call.id} call={call} />
              ))}
            </ul>
          </section>
        ))}
        <More query={query} />
      </List>
      {opened ? (
        <HistoryDrawer key={opened} id={opened} onClose={() => navigate("/history", true)} />
      ) : null}
    </div>
  );
}
