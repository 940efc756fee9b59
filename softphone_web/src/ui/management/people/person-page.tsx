/** One person: who they are, what they may do, whether mails reached them, and leaving. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Language, Person, PersonPatch } from "../../../api/types";
import { AreaField, SelectField, TextField } from "../../desk/fields";
import { PageLoading } from "../../desk/page-loading";
import buttons from "../../shared/button.module.css";
import { initials, international, moment } from "../../shared/format";
import { Icon } from "../../shared/icons";
import { Link } from "../../shared/router";
import { useLanguage, useMe, useServices } from "../../shared/services";
import { tell, warn } from "../../shared/toasts";
import { errorText, LoadFailed } from "../../shared/trouble";
import list from "../list.module.css";
import { Leaving } from "./leaving";
import { Mails } from "./mails";
import classes from "./people.module.css";
import { personQuery, useRefreshPeople } from "./people-queries";
import { PersonKeys } from "./person-keys";
import { givable, hasAllRights, RIGHTS, type Right, type Role, rightsOf, switched } from "./roles";

/** Changes a person and offers to undo it. */
function useChange(person: Person) {
  const { t } = useTranslation();
  const { api } = useServices();
  const refresh = useRefreshPeople();
  const { mutate, isPending } = useMutation({
    mutationFn: (patch: PersonPatch) => api.changePerson(person.id, patch),
    onSuccess: (next, patch) => {
      refresh(next);
      const names = Object.keys(patch) as (keyof PersonPatch)[];
      const before = Object.fromEntries(names.map((name) => [name, person[name]]));
      tell(t("manage.people.saved", { name: next.name }), () => mutate(before));
    },
    onError: (error) => {
      refresh();
      warn(errorText(error));
    },
  });
  return { change: mutate, saving: isPending };
}

function Profile({ person }: { person: Person }) {
  const { t } = useTranslation();
  const { change, saving } = useChange(person);
  const [draft, setDraft] = useState<PersonPatch>({});
  const value = { ...person, ...draft };
  const put = (part: PersonPatch) => setDraft({ ...draft, ...part });
  const names = Object.keys(draft) as (keyof PersonPatch)[];
  const changed = names.filter((name) => draft[name] !== person[name]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change(Object.fromEntries(changed.map((name) => [name, draft[name]])), {
      onSuccess: () => setDraft({}),
    });
  };
  return (
    <form className={classes.card} onSubmit={submit} aria-label={t("manage.people.profile")}>
      <h2>{t("manage.people.profile")}</h2>
      <fieldset className={classes.form} disabled={!person.editable}>
        <div className={classes.pair}>
          <TextField
            label={t("manage.people.name")}
            testId="person-name"
            required
            maxLength={100}
            value={value.name}
            onChange={(event) => put({ name: event.currentTarget.value })}
          />
          <TextField
            label={t("manage.people.email")}
            testId="person-email"
            type="email"
            required
            value={value.email}
            onChange={(event) => put({ email: event.currentTarget.value })}
          />
        </div>
        <div className={classes.pair}>
          <TextField
            label={t("manage.people.position")}
            testId="person-position"
            maxLength={200}
            value={value.position}
            onChange={(event) => put({ position: event.currentTarget.value })}
          />
          <SelectField
            label={t("manage.people.language")}
            testId="person-language"
            value={value.language}
            onChange={(language) => put({ language: language as Language })}
            options={(["de", "en"] as const).map((each) => ({
              value: each,
              label: t(`manage.people.languages.${each}`),
            }))}
          />
        </div>
        <AreaField
          label={t("manage.people.responsibility")}
          testId="person-responsibility"
          maxLength={200}
          rows={2}
          value={value.responsibility}
          onChange={(event) => put({ responsibility: event.currentTarget.value })}
        />
      </fieldset>
      {person.editable ? (
        <div className={classes.end}>
          <button
            type="submit"
            className={buttons.primary}
            data-testid="person-save"
            disabled={changed.length === 0 || saving}
          >
            {t("manage.people.save")}
          </button>
        </div>
      ) : null}
    </form>
  );
}

interface RightRowProps extends ReturnType<typeof useChange> {
  person: Person;
  right: Right;
}

function RightRow({ person, right, change, saving }: RightRowProps) {
  const { t } = useTranslation();
  const me = useMe();
  const on = person.rights.includes(right);
  const own = rightsOf(person.role).includes(right);
  const fixed =
    !person.editable || hasAllRights(person.role) || (!on && !me.rights.includes(right));
  return (
    <label className={classes.right}>
      <input
        type="checkbox"
        data-testid={`right-${right}`}
        checked={on}
        disabled={fixed || saving}
        onChange={(event) => change(switched(person, right, event.currentTarget.checked))}
      />
      <span>{t(`manage.people.rights.${right}`)}</span>
      {on === own ? null : (
        <span className={list.badge} data-tone={on ? "good" : "wait"}>
          {t(on ? "manage.people.rights.given" : "manage.people.rights.taken")}
        </span>
      )}
    </label>
  );
}

function Rights({ person }: { person: Person }) {
  const { t } = useTranslation();
  const me = useMe();
  const { change, saving } = useChange(person);
  const all = hasAllRights(person.role);
  const roles = person.editable ? givable(me.role) : [person.role];
  return (
    <section className={classes.card} aria-label={t("manage.people.rights.title")}>
      <h2>{t("manage.people.rights.title")}</h2>
      <fieldset className={classes.form} disabled={!person.editable || saving}>
        <SelectField
          label={t("manage.people.role")}
          testId="person-role"
          value={person.role}
          onChange={(role) => change({ role: role as Role })}
          options={roles.map((each) => ({ value: each, label: t(`roles.${each}`) }))}
        />
      </fieldset>
      <p className={classes.hint}>
        {t(all ? "manage.people.rights.all" : "manage.people.rights.hint")}
      </p>
      <div className={classes.rights}>
        {RIGHTS.map((right) => (
          // One change after the other: each starts from the rights that the one before left.
          <RightRow key={right} person={person} right={right} change={change} saving={saving} />
        ))}
      </div>
    </section>
  );
}

function Numbers({ person }: { person: Person }) {
  const { t } = useTranslation();
  const me = useMe();
  return (
    <section className={classes.card} aria-label={t("manage.people.numbers")}>
      <h2>{t("manage.people.numbers")}</h2>
      {person.numbers.length > 0 ? (
        <ul className={classes.numbers} data-testid="person-numbers">
          {person.numbers.map((e164) => (
            <li key={e164} className="tabular">
              {international(e164, null)}
            </li>
          ))}
        </ul>
      ) : (
        <p className={classes.hint}>{t("manage.people.noNumbers")}</p>
      )}
      {me.rights.includes("numbers") ? (
        <div className={classes.end}>
          <Link href="/manage/numbers" className={`${buttons.secondary} ${classes.plain}`}>
            <Icon name="hash" size={17} />
            {t("manage.people.assign")}
          </Link>
        </div>
      ) : null}
    </section>
  );
}

function Head({ person }: { person: Person }) {
  const { t } = useTranslation();
  const language = useLanguage();
  return (
    <header className={classes.head}>
      <span className={classes.face} aria-hidden="true">
        {initials(person.name)}
      </span>
      <div className={list.two}>
        <h2 data-testid="person-title">{person.name}</h2>
        <small>
          {person.password_at
            ? t("manage.people.passwordAt", { time: moment(person.password_at, language) })
            : person.email}
        </small>
      </div>
      <span className={list.badge} data-testid="person-state" data-state={person.state}>
        {t(`manage.people.states.${person.state}`)}
      </span>
    </header>
  );
}

export function PersonPage({ id }: { id: string }) {
  const { t } = useTranslation();
  const { api } = useServices();
  const found = useQuery(personQuery(api, id));
  const person = found.data;
  return (
    <>
      <Link href="/manage/people" className={classes.back} data-testid="people-back">
        <Icon name="back" size={18} />
        {t("manage.people.back")}
      </Link>
      {found.error ? <LoadFailed error={found.error} retry={() => void found.refetch()} /> : null}
      {found.isPending ? <PageLoading /> : null}
      {person ? (
        <div className={classes.person} data-testid="person-page">
          <Head person={person} />
          {person.editable ? null : <p className={classes.locked}>{t("manage.people.locked")}</p>}
          <Profile person={person} />
          <Rights person={person} />
          <Numbers person={person} />
          <Mails person={person} />
          <PersonKeys person={person} />
          <Leaving person={person} />
        </div>
      ) : null}
    </>
  );
}
