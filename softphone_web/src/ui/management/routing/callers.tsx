/** Caller lists: who is kept out, who is let in all the same, who counts as VIP. */
import { TextInput } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { withQuery } from "../../../api/client";
import type { Page } from "../../../api/types";
import buttons from "../../shared/button.module.css";
import { moment } from "../../shared/format";
import { Segments } from "../../shared/segments";
import { useLanguage, useServices } from "../../shared/services";
import list from "../list.module.css";
import { Empty, ListCard, More } from "../parts";
import { type Blocked, blockedKey, blockedPath, type ListKind, useChange } from "./queries";
import classes from "./routing.module.css";

const KINDS = ["block", "allow", "vip"] as const;

function Add({ kind }: { kind: ListKind }) {
  const { t } = useTranslation();
  const change = useChange();
  const [number, setNumber] = useState("");
  const [until, setUntil] = useState("");
  const [note, setNote] = useState("");
  const save = () => {
    const body = { kind, number, note, ...(until ? { until: `${until}T00:00:00` } : {}) };
    const done = () => {
      setNumber("");
      setNote("");
    };
    const text = t("manage.routing.listed", { number });
    change.mutate({ method: "POST", path: blockedPath, body, text }, { onSuccess: done });
  };
  return (
    <form
      className={list.tools}
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <TextInput
        className={list.wide ?? ""}
        label={t("manage.routing.callerNumber")}
        placeholder="+49900*"
        inputMode="tel"
        data-testid="blocked-number"
        value={number}
        onChange={(event) => setNumber(event.currentTarget.value)}
      />
      <TextInput
        type="date"
        label={t("manage.routing.until")}
        value={until}
        onChange={(event) => setUntil(event.currentTarget.value)}
      />
      <TextInput
        label={t("manage.routing.note")}
        value={note}
        maxLength={500}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
      <button
        type="submit"
        className={buttons.primary}
        data-testid="blocked-add"
        disabled={!number.trim() || change.isPending}
      >
        {t("manage.routing.enter")}
      </button>
    </form>
  );
}

function Row({ entry }: { entry: Blocked }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const change = useChange();
  const { kind, number, note, until } = entry;
  const who = number ? `${entry.printed ?? number}${entry.prefix ? "…" : ""}` : "";
  const name = who || t("manage.routing.hiddenCaller");
  const again = {
    method: "POST" as const,
    path: blockedPath,
    body: { kind, number: entry.prefix ? `${number}*` : number, note, ...(until ? { until } : {}) },
  };
  const parts = [
    note,
    until ? t("manage.routing.untilDay", { when: moment(until, language) }) : "",
    entry.by,
  ];
  return (
    <li className={list.row} data-testid="blocked-caller">
      <div className={`${list.two} ${list.grow}`}>
        <strong className="tabular">{name}</strong>
        <small>{parts.filter(Boolean).join(" · ")}</small>
      </div>
      <span
        className={list.badge}
        title={entry.last_hit ? moment(entry.last_hit, language) : undefined}
      >
        {t("manage.routing.hits", { count: entry.hits })}
      </span>
      <button
        type="button"
        className={buttons.secondary}
        aria-label={t("manage.routing.removeCaller", { name })}
        onClick={() =>
          change.mutate({
            method: "DELETE",
            path: `${blockedPath}/${entry.id}`,
            text: t("manage.routing.removed", { name }),
            // A hidden caller is known by nothing that could be sent.
            undo: number ? again : undefined,
          })
        }
      >
        {t("manage.routing.remove")}
      </button>
    </li>
  );
}

export function Callers() {
  const { t } = useTranslation();
  const { api } = useServices();
  const [kind, setKind] = useState<ListKind>("block");
  const found = useInfiniteQuery({
    queryKey: blockedKey(kind),
    queryFn: ({ pageParam }) =>
      api.get<Page<Blocked>>(withQuery(blockedPath, { kind, cursor: pageParam })),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
  const entries = found.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <div className={classes.tabs}>
        <Segments
          label={t("manage.routing.lists")}
          value={kind}
          options={KINDS.map((value) => ({ value, label: t(`manage.routing.list.${value}`) }))}
          onChange={setKind}
        />
      </div>
      <p className={classes.hint}>{t(`manage.routing.listHint.${kind}`)}</p>
      <Add kind={kind} />
      <ListCard
        loading={found.isPending}
        error={found.error}
        retry={() => void found.refetch()}
        empty={
          entries.length === 0 ? (
            <Empty icon="shield" title={t("manage.routing.noCallers")} />
          ) : null
        }
      >
        <ul>
          {entries.map((entry) => (
            <Row key={entry.id} entry={entry} />
          ))}
        </ul>
        <More query={found} />
      </ListCard>
    </>
  );
}
