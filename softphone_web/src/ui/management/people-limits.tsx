/** What single people may and have used; own values in a window. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { SearchField } from "../desk/fields";
import buttons from "../shared/button.module.css";
import { Dialog } from "../shared/dialog";
import { decimal } from "../shared/format";
import { useLanguage, useServices } from "../shared/services";
import { useDebounced } from "../shared/use-debounced";
import { limitsQuery, type PersonLimits, peopleLimitsQuery } from "./country-api";
import { drafted, LimitFields, NONE, typed } from "./limit-fields";
import classes from "./limits-page.module.css";
import list from "./list.module.css";
import { ListCard, More } from "./parts";
import { useSaved } from "./use-saved";

const TYPING_MS = 200;

function OwnLimits({ person, onClose }: { person: PersonLimits; onClose: () => void }) {
  const { t } = useTranslation();
  const { api } = useServices();
  const { data } = useQuery(limitsQuery(api));
  const [values, setValues] = useState(() => drafted(person.own, NONE));
  const save = useSaved(() =>
    api.send("PUT", "/limits", { user: person.user, values: typed(values, "own") }).then(onClose),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate(undefined);
  };
  return (
    <Dialog title={t("manage.limits.ownTitle", { name: person.name })} onClose={onClose}>
      <form className={classes.page} data-testid="own-limits" onSubmit={submit}>
        <p className={classes.hint}>{t("manage.limits.ownHint")}</p>
        <LimitFields
          values={values}
          defaults={drafted(data?.values ?? [], NONE)}
          onChange={setValues}
        />
        <button
          type="submit"
          className={buttons.primary}
          data-testid="own-limits-save"
          disabled={save.isPending}
        >
          {t("manage.limits.save")}
        </button>
      </form>
    </Dialog>
  );
}

function Row({ person, onOpen }: { person: PersonLimits; onOpen: () => void }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const own = person.own.length;
  return (
    <li className={list.row} data-testid={`limits-of-${person.user}`}>
      <div className={`${list.two} ${list.grow}`}>
        <strong>{person.name}</strong>
        <span className={classes.usage}>
          {own ? t("manage.limits.ownCount", { count: own }) : t("manage.limits.likeAll")}
          {person.usage.map(({ limit, used, most, near, reached }) => (
            <span
              key={limit}
              data-near={(near && !reached) || undefined}
              data-reached={reached || undefined}
            >
              {t("manage.limits.usage", {
                name: t(`manage.limits.names.${limit}`),
                used: decimal(used, language),
                most: decimal(most, language),
              })}
            </span>
          ))}
        </span>
      </div>
      <button
        type="button"
        className={buttons.secondary}
        data-testid="own-limits-open"
        aria-label={t("manage.limits.ownFor", { name: person.name })}
        onClick={onOpen}
      >
        {t("manage.limits.own")}
      </button>
    </li>
  );
}

export function PeopleLimits() {
  const { t } = useTranslation();
  const { api } = useServices();
  const [filter, setFilter] = useState("");
  const [opened, setOpened] = useState<PersonLimits | null>(null);
  const query = useInfiniteQuery(peopleLimitsQuery(api, useDebounced(filter.trim(), TYPING_MS)));
  const people = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <section data-testid="people-limits">
      <div className={list.tools}>
        <h2 className={classes.title}>{t("manage.limits.people")}</h2>
        <div className={list.wide}>
          <SearchField
            label={t("manage.limits.peopleFilter")}
            testId="people-limits-filter"
            value={filter}
            onChange={setFilter}
          />
        </div>
      </div>
      <ListCard
        loading={query.isPending}
        error={query.error}
        retry={() => void query.refetch()}
        empty={null}
      >
        <ul>
          {people.map((person) => (
            <Row key={person.user} person={person} onOpen={() => setOpened(person)} />
          ))}
        </ul>
        <More query={query} />
      </ListCard>
      {opened ? <OwnLimits person={opened} onClose={() => setOpened(null)} /> : null}
    </section>
  );
}
