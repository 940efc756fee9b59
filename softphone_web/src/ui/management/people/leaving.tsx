/** Somebody leaves: one click frees or hands over what they had, and it can be undone. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Left, Person } from "../../../api/types";
import { SelectField } from "../../desk/fields";
import buttons from "../../shared/button.module.css";
import { international, moment } from "../../shared/format";
import { usersQuery } from "../../shared/queries";
import { useLanguage, useMe, useServices } from "../../shared/services";
import { tell, warn } from "../../shared/toasts";
import { errorText, LoadFailed } from "../../shared/trouble";
import classes from "./people.module.css";
import { belongingsQuery, useRefreshPeople } from "./people-queries";

function useComeBack(person: Person) {
  const { t } = useTranslation();
  const { api } = useServices();
  const refresh = useRefreshPeople();
  return useMutation({
    mutationFn: () => api.comeBack(person.id),
    onSuccess: (back) => {
      refresh(back);
      tell(t("manage.people.leaving.returned", { name: back.name }));
    },
    onError: (error) => warn(errorText(error)),
  });
}

/** What became of everything, in one sentence. */
function useStory(): (left: Left) => string {
  const { t } = useTranslation();
  return ({ person, had, successor, talking }) => {
    const count = had.numbers.length;
    const moved = successor
      ? t("manage.people.leaving.handed", { count, name: successor })
      : t("manage.people.leaving.freed", { count });
    const parts = [
      t("manage.people.leaving.done", { name: person.name }),
      ...(count > 0 ? [moved] : []),
    ];
    return `${parts.join(", ")}.${talking ? ` ${t("manage.people.leaving.talking")}` : ""}`;
  };
}

/** What depends on somebody, a line each; nothing where nothing does. */
function Belongings({ person, successor }: { person: Person; successor: string | undefined }) {
  const { t } = useTranslation();
  const { api } = useServices();
  const found = useQuery(belongingsQuery(api, person.id));
  const had = found.data;
  if (found.error) return <LoadFailed error={found.error} retry={() => void found.refetch()} />;
  if (!had) return null;
  const shown = (numbers: readonly string[]) =>
    numbers.map((each) => international(each, null)).join(", ");
  const lines = [
    ["numbers", had.numbers.length, shown(had.numbers)],
    ["recipients", had.recipients_of.length, shown(had.recipients_of)],
    ["steps", had.steps_of.length, shown(had.steps_of)],
    ["planned", had.planned.length, shown(had.planned)],
    ["groups", had.groups.length, had.groups.join(", ")],
    ["deputy", had.deputy_for.length, had.deputy_for.join(", ")],
    ["absences", had.absences, ""],
    ["messages", had.messages, ""],
  ] as const;
  const told = lines.filter(([, count]) => count > 0);
  if (told.length === 0) return <p className={classes.hint}>{t("manage.people.leaving.free")}</p>;
  return (
    <div data-testid="belongings">
      <p className={classes.hint}>
        {successor
          ? t("manage.people.leaving.goesTo", { name: successor })
          : t("manage.people.leaving.goes")}
      </p>
      <ul className={classes.belongings}>
        {told.map(([kind, count, names]) => (
          <li key={kind} data-kind={kind}>
            {t(`manage.people.leaving.has.${kind}`, { count })}
            {names ? <small className="tabular">{names}</small> : null}
          </li>
        ))}
      </ul>
    </div>
  );
}

function Leave({ person }: { person: Person }) {
  const { t } = useTranslation();
  const { api } = useServices();
  const refresh = useRefreshPeople();
  const users = useQuery(usersQuery(api)).data?.items ?? [];
  const [successor, setSuccessor] = useState("");
  const back = useComeBack(person);
  const story = useStory();
  const leave = useMutation({
    mutationFn: () => api.leave(person.id, successor || null),
    onSuccess: (left) => {
      refresh(left.person);
      tell(story(left), () => back.mutate());
    },
    onError: (error) => warn(errorText(error)),
  });
  return (
    <>
      <p className={classes.hint}>{t("manage.people.leaving.intro")}</p>
      <SelectField
        label={t("manage.people.leaving.successor")}
        testId="successor"
        value={successor}
        onChange={setSuccessor}
        options={[
          { value: "", label: t("manage.people.leaving.nobody") },
          ...users
            .filter((each) => each.id !== person.id)
            .map((each) => ({ value: each.id, label: each.name })),
        ]}
      />
      <Belongings person={person} successor={users.find((each) => each.id === successor)?.name} />
      <div className={classes.end}>
        <button
          type="button"
          className={`${buttons.secondary} ${classes.danger}`}
          data-testid="leave"
          disabled={leave.isPending}
          onClick={() => leave.mutate()}
        >
          {t("manage.people.leaving.submit")}
        </button>
      </div>
    </>
  );
}

function Gone({ person }: { person: Person }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const back = useComeBack(person);
  return (
    <>
      <p>
        {t("manage.people.leaving.since", {
          time: person.left_at ? moment(person.left_at, language) : "",
        })}
      </p>
      <p className={classes.hint}>{t("manage.people.leaving.sinceHint")}</p>
      {person.editable ? (
        <div className={classes.end}>
          <button
            type="button"
            className={buttons.secondary}
            data-testid="come-back"
            disabled={back.isPending}
            onClick={() => back.mutate()}
          >
            {t("manage.people.leaving.back")}
          </button>
        </div>
      ) : null}
    </>
  );
}

export function Leaving({ person }: { person: Person }) {
  const { t } = useTranslation();
  const me = useMe();
  const left = person.state === "left";
  if (!left && (!person.editable || person.id === me.id)) return null;
  return (
    <section className={classes.card} aria-label={t("manage.people.leaving.title")}>
      <h2>{t("manage.people.leaving.title")}</h2>
      {left ? <Gone person={person} /> : <Leave person={person} />}
    </section>
  );
}
