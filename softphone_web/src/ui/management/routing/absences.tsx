/** When people are away: who rings instead, and what callers hear. Ends by itself. */
import { NativeSelect, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import buttons from "../../shared/button.module.css";
import { useLanguage, useServices } from "../../shared/services";
import { minuteOf } from "../berlin-time";
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
const EMPTY = { user: "", begins: "", ends: "", note: "", deputy: "", announcement: "" };
/** As the fields have it; moments by the clock on Berlin's wall, to the minute. */
const fieldsOf = (absence: Absence) => ({
  ...bodyOf(absence),
  begins: minuteOf(new Date(absence.begins)),
  ends: absence.ends ? minuteOf(new Date(absence.ends)) : "",
});

interface FormProps {
  choices: Choices;
  /** What is edited; left out: a new one. */
  absence?: Absence;
  /** Called when what was edited is saved, or is to stay as it was. */
  onClose?: () => void;
}

function AbsenceForm({ choices, absence, onClose }: FormProps) {
  const { t } = useTranslation();
  const change = useChange();
  const before = absence ? fieldsOf(absence) : EMPTY;
  const [wish, setWish] = useState(before);
  const set = (part: Partial<typeof EMPTY>) => setWish({ ...wish, ...part });
  const people = choices.people.map(({ user, name }) => ({ value: user, label: name }));
  const save = () => {
    const moment = (name: "begins" | "ends") => {
      // What nobody touched keeps its seconds.
      if (absence && wish[name] === before[name]) return absence[name];
      return wish[name] ? `${wish[name]}:00` : null;
    };
    const body = { ...wish, begins: moment("begins"), ends: moment("ends") };
    const saving = putting(
      path(absence?.id ?? newId()),
      absence ? bodyOf(absence) : null,
      body,
      t("manage.routing.saved"),
    );
    change.mutate(saving, { onSuccess: onClose ?? (() => setWish(EMPTY)) });
  };
  return (
    <form
      className={absence ? classes.editor : `${list.card} ${classes.editor}`}
      data-testid={absence ? "absence-edit" : "absence-add"}
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
          data-testid="absence-ends"
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
          {t(absence ? "manage.routing.save" : "manage.routing.enter")}
        </button>
        {onClose ? (
          <button type="button" className={buttons.secondary} onClick={onClose}>
            {t("manage.routing.discard")}
          </button>
        ) : null}
      </div>
    </form>
  );
}

function Row({ absence, choices }: { absence: Absence; choices: Choices }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const change = useChange();
  const [editing, setEditing] = useState(false);
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
  if (editing) {
    return (
      <li className={classes.edited}>
        <AbsenceForm choices={choices} absence={absence} onClose={() => setEditing(false)} />
      </li>
    );
  }
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
        data-testid="absence-change"
        aria-label={t("manage.routing.changeAbsence", { name })}
        onClick={() => setEditing(true)}
      >
        {t("manage.routing.change")}
      </button>
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
      {known ? <AbsenceForm choices={known} /> : null}
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
