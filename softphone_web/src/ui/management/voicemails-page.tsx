/** The team's inbox: every message, who takes care of it, and whether its mail arrived. */
import { NativeSelect } from "@mantine/core";
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { markHeard } from "../desk/heard";
import { usePlayer } from "../desk/use-player";
import { numbersQuery, usersQuery } from "../shared/queries";
import { Segments } from "../shared/segments";
import { useServices } from "../shared/services";
import { type InboxSearch, inboxQuery, SHOWS } from "./inbox-queries";
import list from "./list.module.css";
import { Empty, ListCard, More } from "./parts";
import { SilentCalls } from "./silent-calls";
import { StorageGauge } from "./storage-gauge";
import { useNameOf, VoicemailRow } from "./voicemail-row";
import classes from "./voicemails-page.module.css";

export { useNameOf };

const AT_FIRST: InboxSearch = { show: "open", did: "", person: "", caller: "" };

interface ToolsProps {
  search: InboxSearch;
  onChange: (search: InboxSearch) => void;
}

function Tools({ search, onChange }: ToolsProps) {
  const { t } = useTranslation();
  const { api } = useServices();
  const numbers = useQuery(numbersQuery(api)).data?.items ?? [];
  const users = useQuery(usersQuery(api)).data?.items ?? [];
  return (
    <>
      <div className={classes.shows}>
        <Segments
          label={t("manage.voicemails.which")}
          value={search.show}
          onChange={(show) => onChange({ ...search, show, caller: "" })}
          options={SHOWS.map((value) => ({ value, label: t(`manage.voicemails.shows.${value}`) }))}
        />
      </div>
      <div className={list.tools}>
        <NativeSelect
          label={t("manage.voicemails.number")}
          data-testid="inbox-number"
          value={search.did}
          onChange={(event) => onChange({ ...search, did: event.currentTarget.value })}
          data={[
            { value: "", label: t("common.allOf") },
            ...numbers.map((each) => ({ value: each.e164, label: each.label || each.national })),
          ]}
        />
        {search.show === "mine" || search.show === "silent" ? null : (
          <NativeSelect
            label={t("manage.voicemails.person")}
            data-testid="inbox-person"
            value={search.person}
            onChange={(event) => onChange({ ...search, person: event.currentTarget.value })}
            data={[
              { value: "", label: t("common.allOf") },
              ...users.map((each) => ({ value: each.email, label: each.name })),
            ]}
          />
        )}
      </div>
    </>
  );
}

/** Filters that the chosen list does not show are not asked for either. */
function asked(search: InboxSearch): InboxSearch {
  const { show } = search;
  return { ...search, person: show === "mine" || show === "silent" ? "" : search.person };
}

export function VoicemailsPage() {
  const { t } = useTranslation();
  const { api } = useServices();
  const [search, setSearch] = useState(AT_FIRST);
  const [opened, setOpened] = useState<string | null>(null);
  const player = usePlayer(markHeard);
  const query = useInfiniteQuery({
    ...inboxQuery(api, asked(search)),
    placeholderData: keepPreviousData,
  });
  const all = query.data?.pages.flatMap((page) => page.items) ?? [];
  const empty = (
    <Empty
      icon="voicemail"
      title={t(`manage.voicemails.none.${search.show}`)}
      hint={t("manage.voicemails.emptyHint")}
    />
  );
  return (
    <>
      <StorageGauge />
      <Tools search={search} onChange={setSearch} />
      {search.show === "silent" ? (
        <SilentCalls
          caller={search.caller}
          onChoose={(caller) => setSearch({ ...search, caller })}
        />
      ) : null}
      <ListCard
        loading={query.isPending}
        error={query.data ? null : query.error}
        retry={() => void query.refetch()}
        empty={all.length === 0 ? empty : null}
      >
        <ul data-testid="inbox-list" data-show={search.show}>
          {all.map((voicemail) => (
            <VoicemailRow
              key={voicemail.id}
              voicemail={voicemail}
              player={player}
              open={opened === voicemail.id}
              onOpen={(open) => setOpened(open ? voicemail.id : null)}
            />
          ))}
        </ul>
        <More query={query} />
      </ListCard>
    </>
  );
}
