/** When people are away: who rings instead, and what callers hear. Ends by itself. */
import { NativeSelect, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import buttons from "../../shared/button.module.css";
import { useLanguage, useServices } from "../../shared/services";
import list from "../list.module.css";
import { Empty, ListCard } from "../parts";
import {
  type Absence,
  type Choices,
  choicesQuery,
  listQuery,
  newId,
  putting,
  useChange,
} from "./queries";
import classes from "./routing.module.css";

const path = (id: string) => `/routing/absences/${id}`;
/** With the year: it may be the next one. */
const moment = (iso: string, language: string) =>
  new Intl.DateTimeFormat(language === "de" ? "de-DE" : "en-GB", {
    dateStyle: "medium",
    timeStyle: "short",
    timeZone: "Europe/Berlin",
  }).format(new Date(iso));
const bodyOf = ({ id: _, user_name: __, ...body }: Absence) => body;

function Add({ choices }: { choices: Choices }) {
  const { t } = useTranslation();
  const change = useChange();
  const empty = { user: "", begins: "", ends: "", note: "", deputy: "", announcement: "" };
  const [wish, setWish] = useState(empty);
  const set = (part: Partial<typeof empty>) => setWish({ ...wish, ...part });
  const people = choices.people.map(({ user, name }) => ({ value: user, label: name }));
  const save = () => {
    const ends = wish.ends ? `${wish.ends}:00` : null;
    const body = { ...wish, begins: `${wish.begins}:00`, ends };
    const text = t("manage.routing.saved");
    change.mutate(putting(path(newId()), null, body, text), { onSuccess: () => setWish(empty) });
  };
  return (
    <form
      className={`${list.card} ${classes.editor}`}
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <div className={classes.line}>
        <NativeSelect
          label={t("manage.routing.person")}
          data-testid="absence-person"
          value={wish.user}
          data={[{ value: "", label: t("manage.routing.choose") }, ...people]}
          onChange={(event) => set({ user: event.currentTarget.value })}
        />
        <TextInput
          type="datetime-local"
          label={t("manage.routing.begins")}
          data-testid="absence-begins"
          value={wish.begins}
          onChange={(event) => set({ begins: event.currentTarget.value })}
        />
        <TextInput
          type="datetime-local"
          label={t("manage.routing.ends")}
          value={wish.ends}
          onChange={(event) => set({ ends: event.currentTarget.value })}
        />
      </div>
      <div className={classes.line}>
        <NativeSelect
          label={t("manage.routing.deputy")}
          value={wish.deputy}
          data={[
            { value: "", label: t("manage.routing.noDeputy") },
            ...people.filter(({ value }) => value !== wish.user),
          ]}
          onChange={(event) => set({ deputy: event.currentTarget.value })}
        />
        <NativeSelect
          label={t("manage.routing.ownGreeting")}
          value={wish.announcement}
          data={[
            { value: "", label: t("manage.routing.usualGreeting") },
            ...choices.sounds.map(({ id, name }) => ({ value: id, label: name })),
          ]}
          onChange={(event) => set({ announcement: event.currentTarget.value })}
        />
        <TextInput
          label={t("manage.routing.note")}
          value={wish.note}
          maxLength={500}
          onChange={(event) => set({ note: event.currentTarget.value })}
        />
        <button
          type="submit"
          className={buttons.primary}
          data-testid="absence-save"
          disabled={!wish.user || !wish.begins || change.isPending}
        >
          {t("manage.routing.enter")}
        </button>
      </div>
    </form>
  );
}

function Row({ absence, choices }: { absence: Absence; choices: Choices }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const change = useChange();
  const { user_name: name, begins, ends, deputy, note } = absence;
  const running = new Date(begins) <= new Date();
  const instead = choices.people.find(({ user }) => user === deputy)?.name ?? deputy;
  const parts = [
    ends
      ? t("manage.routing.period", { from: moment(begins, language), to: moment(ends, language) })
      : t("manage.routing.forGood", { from: moment(begins, language) }),
    deputy ? t("manage.routing.deputyIs", { name: instead }) : "",
    note,
  ];
  return (
    <li className={list.row} data-testid={`absence-${absence.id}`}>
      <div className={`${list.two} ${list.grow}`}>
        <strong>{name}</strong>
        <small>{parts.filter(Boolean).join(" · ")}</small>
      </div>
      {running ? (
        <span className={list.badge} data-tone="wait">
          {t("manage.routing.awayNow")}
        </span>
      ) : null}
      <button
        type="button"
        className={buttons.secondary}
        aria-label={t("manage.routing.removeAbsence", { name })}
        onClick={() =>
          change.mutate(
            putting(path(absence.id), bodyOf(absence), null, t("manage.routing.removed", { name })),
          )
        }
      >
        {t("manage.routing.remove")}
      </button>
    </li>
  );
}

export function Absences() {
  const { t } = useTranslation();
  const { api } = useServices();
  const found = useQuery(listQuery<Absence>(api, "absences"));
  const choices = useQuery(choicesQuery(api));
  const absences = found.data?.items ?? [];
  const known = choices.data;
  return (
    <>
      {known ? <Add choices={known} /> : null}
      <ListCard
        loading={found.isPending || !known}
        error={found.error ?? choices.error}
        retry={() => void found.refetch()}
        empty={
          absences.length === 0 ? (
            <Empty icon="clock" title={t("manage.routing.noAbsences")} />
          ) : null
        }
      >
        <ul>
          {known
            ? absences.map((each) => <Row key={each.id} absence={each} choices={known} />)
            : null}
        </ul>
      </ListCard>
    </>
  );
}
