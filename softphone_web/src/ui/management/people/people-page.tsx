/** Everybody with an account, and a page for each of them. */
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Person } from "../../../api/types";
import { SearchField, SelectField, SwitchField } from "../../desk/fields";
import buttons from "../../shared/button.module.css";
import { date, dayKey, initials } from "../../shared/format";
import { Icon } from "../../shared/icons";
import { Link, usePath } from "../../shared/router";
import { useLanguage, useMe, useServices } from "../../shared/services";
import { useDebounced } from "../../shared/use-debounced";
import list from "../list.module.css";
import { Empty, ListCard, More } from "../parts";
import { InviteDialog } from "./invite-dialog";
import classes from "./people.module.css";
import { PeopleImportDialog } from "./people-import-dialog";
import { peopleQuery, seatsQuery, type Which } from "./people-queries";
import { PersonPage } from "./person-page";
import { ROLES } from "./roles";

const MAIL_TONES = { waiting: "wait", accepted: "good", failed: "bad", bounced: "bad" } as const;

export function PeoplePage() {
  const id = usePath().split("/")[3];
  return id ? <PersonPage key={id} id={decodeURIComponent(id)} /> : <PeopleList />;
}

/** Whether and how somebody who was invited has been reached. */
function Invitation({ person }: { person: Person }) {
  const { t } = useTranslation();
  const mail = person.mail;
  return (
    <span
      className={list.badge}
      data-tone={mail ? MAIL_TONES[mail.state] : "wait"}
      data-testid="mail-state"
      data-state={mail?.state ?? "none"}
      title={mail?.smtp_reply || undefined}
    >
      {t(`manage.people.mail.${mail?.state ?? "none"}`)}
    </span>
  );
}

function Row({ person }: { person: Person }) {
  const { t } = useTranslation();
  const active = person.state === "active";
  const live = t(person.live ? "manage.people.live" : "manage.people.away");
  return (
    <li>
      <Link
        href={`/manage/people/${person.id}`}
        className={`${list.row} ${classes.row}`}
        data-testid={`person-row-${person.email}`}
        data-state={person.state}
      >
        <span className={classes.face} data-left={person.state === "left" || undefined}>
          <span aria-hidden="true">{initials(person.name)}</span>
          {active ? (
            <span
              className={classes.dot}
              data-live={person.live}
              role="img"
              aria-label={live}
              title={live}
            />
          ) : null}
        </span>
        <span className={`${list.two} ${list.grow}`}>
          <strong>{person.name}</strong>
          <small>{[person.position, person.email].filter(Boolean).join(" · ")}</small>
        </span>
        <span className={classes.badges}>
          {person.state === "invited" ? <Invitation person={person} /> : null}
          {active ? null : (
            <span className={list.badge}>{t(`manage.people.states.${person.state}`)}</span>
          )}
          <span className={list.badge} data-tone={person.role === "vpa" ? undefined : "good"}>
            {t(`roles.${person.role}`)}
          </span>
        </span>
        <Icon name="chevron" size={18} className={classes.onward} />
      </Link>
    </li>
  );
}

interface FiltersProps {
  which: Which;
  onChange: (part: Partial<Which>) => void;
}

function Filters({ which, onChange }: FiltersProps) {
  const { t } = useTranslation();
  const states = ["active", "invited", "left"] as const;
  return (
    <div className={classes.filters}>
      <SearchField
        label={t("manage.people.search")}
        testId="people-search"
        value={which.query}
        onChange={(query) => onChange({ query })}
      />
      <SelectField
        label={t("manage.people.role")}
        testId="people-role"
        value={which.role}
        onChange={(role) => onChange({ role })}
        options={[
          { value: "", label: t("manage.people.anyRole") },
          ...ROLES.map((role) => ({ value: role, label: t(`roles.${role}`) })),
        ]}
      />
      <SelectField
        label={t("manage.people.state")}
        testId="people-state"
        value={which.state}
        onChange={(state) => onChange({ state })}
        options={[
          { value: "", label: t("manage.people.anyState") },
          ...states.map((state) => ({ value: state, label: t(`manage.people.states.${state}`) })),
        ]}
      />
      <SwitchField
        label={t("manage.people.reachable")}
        testId="people-reachable"
        checked={which.reachable}
        onChange={(reachable) => onChange({ reachable })}
      />
    </div>
  );
}

/** How many there are, and the highest number so far, by which seats are charged elsewhere. */
function SeatCount() {
  const { t } = useTranslation();
  const { api } = useServices();
  const language = useLanguage();
  const seats = useQuery(seatsQuery(api)).data;
  const most = seats?.peaks.at(-1);
  if (!seats || !most) return null;
  return (
    <p className={classes.seats} data-testid="seats" data-now={seats.now} data-most={most.seats}>
      {t("manage.people.seats", { count: seats.now })}
      {" · "}
      {most.at
        ? t("manage.people.mostSeatsSince", {
            seats: most.seats,
            at: date(dayKey(new Date(most.at)), language),
          })
        : t("manage.people.mostSeats", { seats: most.seats })}
    </p>
  );
}

type Open = "invite" | "import" | null;

function Actions({ onOpen }: { onOpen: (which: Open) => void }) {
  const { t } = useTranslation();
  const { api } = useServices();
  const format = useLanguage() === "de" ? { format: "excel-de" } : {};
  return (
    <div className={classes.actions}>
      <button
        type="button"
        className={buttons.primary}
        data-testid="invite"
        onClick={() => onOpen("invite")}
      >
        <Icon name="add" size={18} />
        {t("manage.people.invite")}
      </button>
      <button
        type="button"
        className={buttons.secondary}
        data-testid="people-import"
        onClick={() => onOpen("import")}
      >
        <Icon name="upload" size={18} />
        {t("manage.people.import")}
      </button>
      <a className={buttons.secondary} href={api.peopleCsv(format)} download="people.csv">
        <Icon name="download" size={18} />
        {t("manage.people.export")}
      </a>
    </div>
  );
}

function PeopleList() {
  const { t } = useTranslation();
  const { api } = useServices();
  const me = useMe();
  const [open, setOpen] = useState<Open>(null);
  const [which, setWhich] = useState<Which>({ query: "", role: "", state: "", reachable: false });
  const query = useDebounced(which.query, 250);
  const people = useInfiniteQuery({
    ...peopleQuery(api, { ...which, query }),
    placeholderData: keepPreviousData,
  });
  const shown = people.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <Actions onOpen={setOpen} />
      <Filters which={which} onChange={(part) => setWhich({ ...which, ...part })} />
      <ListCard
        loading={people.isPending}
        error={people.error}
        retry={() => void people.refetch()}
        empty={
          shown.length === 0 ? (
            <Empty
              icon="people"
              title={t("manage.people.noneFound")}
              hint={t("manage.people.noneFoundHint")}
            />
          ) : null
        }
      >
        <ul data-testid="people">
          {shown.map((person) => (
            <Row key={person.id} person={person} />
          ))}
        </ul>
        <More query={people} />
      </ListCard>
      <SeatCount />
      {open === "invite" ? <InviteDialog role={me.role} onClose={() => setOpen(null)} /> : null}
      {open === "import" ? <PeopleImportDialog onClose={() => setOpen(null)} /> : null}
    </>
  );
}
