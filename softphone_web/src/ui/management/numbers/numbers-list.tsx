/** Our numbers and who has them, found by all that they have. */
import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { UserView } from "../../../api/types";
import { Dialog } from "../../shared/dialog";
import { Icon } from "../../shared/icons";
import { usersQuery } from "../../shared/queries";
import { navigate } from "../../shared/router";
import { useServices } from "../../shared/services";
import { useDebounced } from "../../shared/use-debounced";
import list from "../list.module.css";
import { Empty, ListCard, More } from "../parts";
import { GroupsDialog } from "./groups-dialog";
import { ImportDialog } from "./import-dialog";
import { NumberRequests } from "./number-requests";
import { NumberRow } from "./number-row";
import { groupsQuery, NUMBERS_CSV, type NumberSearch, numbersSearchQuery } from "./numbers-api";
import classes from "./numbers-list.module.css";
import { SettingsCard } from "./settings-card";
import { SeveralBar } from "./several-bar";
import { useAssign } from "./use-assign";

const ALL: NumberSearch = { query: "", state: "", group: "", held: "", going_live: "" };
const STATES = ["ours", "forwarding-in", "porting", "ported"] as const;
const SEARCH_MS = 250;

interface ToolsProps {
  search: NumberSearch;
  users: readonly UserView[];
  onChange: (search: NumberSearch) => void;
}

function Tools({ search, users, onChange }: ToolsProps) {
  const { t } = useTranslation();
  const { api } = useServices();
  const groups = useQuery(groupsQuery(api)).data?.items ?? [];
  const set = (change: Partial<NumberSearch>) => onChange({ ...search, ...change });
  const all = { value: "", label: t("manage.numbers.filters.all") };
  return (
    <div className={list.tools}>
      <TextInput
        className={list.wide ?? ""}
        aria-label={t("common.search")}
        placeholder={t("manage.numbers.filter")}
        data-testid="numbers-search"
        value={search.query}
        onChange={(event) => set({ query: event.currentTarget.value })}
      />
      <NativeSelect
        label={t("manage.numbers.filters.held")}
        className={classes.filter ?? ""}
        data-testid="numbers-held"
        value={search.held}
        onChange={(event) => set({ held: event.currentTarget.value })}
        data={[
          all,
          { value: "nobody", label: t("manage.numbers.filters.free") },
          { value: "head-office", label: t("manage.numbers.headOffice") },
          { value: "person", label: t("manage.numbers.filters.person") },
          ...users.map((each) => ({ value: each.email, label: each.name })),
        ]}
      />
      <NativeSelect
        label={t("manage.numbers.filters.state")}
        className={classes.filter ?? ""}
        data-testid="numbers-state"
        value={search.state}
        onChange={(event) => set({ state: event.currentTarget.value })}
        data={[
          all,
          ...STATES.map((value) => ({ value, label: t(`manage.numbers.states.${value}`) })),
        ]}
      />
      <NativeSelect
        label={t("manage.numbers.filters.goingLive")}
        className={classes.filter ?? ""}
        data-testid="numbers-going-live"
        value={search.going_live}
        onChange={(event) => set({ going_live: event.currentTarget.value })}
        data={[all, { value: "open", label: t("manage.numbers.filters.unchecked") }]}
      />
      {groups.length > 0 ? (
        <NativeSelect
          label={t("manage.numbers.filters.group")}
          className={classes.filter ?? ""}
          data-testid="numbers-group"
          value={search.group}
          onChange={(event) => set({ group: event.currentTarget.value })}
          data={[all, ...groups.map(({ id, name }) => ({ value: id, label: name }))]}
        />
      ) : null}
    </div>
  );
}

type Opened = "add" | "groups" | "import" | null;

function Actions({ onOpen }: { onOpen: (opened: Opened) => void }) {
  const { t } = useTranslation();
  return (
    <div className={classes.actions}>
      <Button
        leftSection={<Icon name="add" size={17} />}
        data-testid="number-add"
        onClick={() => onOpen("add")}
      >
        {t("manage.numbers.add")}
      </Button>
      <Button variant="light" data-testid="number-groups" onClick={() => onOpen("groups")}>
        {t("manage.numbers.manageGroups")}
      </Button>
      <Button variant="light" data-testid="numbers-import" onClick={() => onOpen("import")}>
        {t("manage.numbers.import")}
      </Button>
      <Button
        component="a"
        variant="light"
        href={NUMBERS_CSV}
        download
        leftSection={<Icon name="download" size={17} />}
        data-testid="numbers-export"
      >
        {t("manage.numbers.export")}
      </Button>
    </div>
  );
}

export function NumbersList() {
  const { t } = useTranslation();
  const { api } = useServices();
  const [search, setSearch] = useState(ALL);
  const [opened, setOpened] = useState<Opened>(null);
  const query = useDebounced(search.query, SEARCH_MS);
  const numbers = useInfiniteQuery(numbersSearchQuery(api, { ...search, query }));
  const users = useQuery(usersQuery(api)).data?.items ?? [];
  const assign = useAssign();
  const shown = numbers.data?.pages.flatMap((page) => page.items) ?? [];
  const close = () => setOpened(null);
  const filtered = Object.values(search).some(Boolean);
  const none = t(filtered ? "manage.numbers.noneFound" : "manage.numbers.empty");
  return (
    <>
      <NumberRequests />
      <Actions onOpen={setOpened} />
      <Tools search={search} users={users} onChange={setSearch} />
      <ListCard
        loading={numbers.isPending}
        error={numbers.error}
        retry={() => void numbers.refetch()}
        empty={shown.length === 0 ? <Empty icon="hash" title={none} /> : null}
      >
        <SeveralBar shown={shown} more={numbers.hasNextPage} search={{ ...search, query }} />
        <ul>
          {shown.map((number) => (
            <NumberRow
              key={number.e164}
              number={number}
              users={users}
              pending={assign.isPending ? assign.variables : null}
              onAssign={(owner) => assign.mutate({ number, owner, from: null })}
            />
          ))}
        </ul>
        <More query={numbers} />
      </ListCard>
      {opened === "groups" ? <GroupsDialog onClose={close} /> : null}
      {opened === "import" ? <ImportDialog onClose={close} /> : null}
      {opened === "add" ? (
        <Dialog title={t("manage.numbers.add")} side onClose={close}>
          <SettingsCard
            onSaved={(number) => navigate(`/manage/numbers/${encodeURIComponent(number.e164)}`)}
          />
        </Dialog>
      ) : null}
    </>
  );
}
