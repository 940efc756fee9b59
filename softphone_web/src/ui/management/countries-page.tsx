/** Which countries may be called. */
import { Switch, TextInput } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Api } from "../../api/client";
import type { CountryView, Page } from "../../api/types";
import { Flag } from "../shared/flag";
import { Icon } from "../shared/icons";
import { newestWins } from "../shared/latest";
import { countriesQuery, keys } from "../shared/queries";
import { useLanguage, useServices } from "../shared/services";
import { tell, warn } from "../shared/toasts";
import { errorText } from "../shared/trouble";
import classes from "./countries-page.module.css";
import { CountryRequests } from "./country-requests";
import list from "./list.module.css";
import { Empty, ListCard } from "./parts";
import { Refused } from "./refused-calls";
import { UnlockDialog, type UnlockWish } from "./unlock-dialog";
import { Unlocks } from "./unlocks";

const store = newestWins(
  (api: Api, { code, allowed }: CountryView) => api.setCountry(code, allowed),
  ({ code }) => code,
);

/** Switches a country at once; where the server will not have it, it is as before. */
function useSwitch() {
  const { t } = useTranslation();
  const { api } = useServices();
  const queries = useQueryClient();
  const put = (next: CountryView) =>
    queries.setQueryData<Page<CountryView>>(keys.countries, (page) =>
      page
        ? { ...page, items: page.items.map((each) => (each.code === next.code ? next : each)) }
        : page,
    );
  const change = async (next: CountryView) => {
    // An answer still on its way would undo what is shown.
    void queries.cancelQueries({ queryKey: keys.countries }, { revert: false });
    put(next);
    const settled = await store(api, next, { ...next, allowed: !next.allowed });
    if (settled.is === "overtaken") return;
    if (settled.is === "refused") {
      put(settled.stands);
      warn(errorText(settled.error));
      return;
    }
    const { answer } = settled;
    put(answer);
    void queries.invalidateQueries({ queryKey: ["check"] });
    const text = t(answer.allowed ? "manage.countries.on" : "manage.countries.off", {
      name: answer.name,
    });
    tell(text, () => void change({ ...answer, allowed: !answer.allowed }));
  };
  return change;
}

/** Allowed ones first, as they were when the page was opened: a switched row stays in place. */
function useGroups(countries: readonly CountryView[], filter: string) {
  const language = useLanguage();
  const [first, setFirst] = useState<ReadonlySet<string> | null>(null);
  if (!first && countries.length > 0) {
    setFirst(new Set(countries.filter((each) => each.allowed).map((each) => each.code)));
  }
  const words = filter.toLowerCase().trim().replace(/^\+/, "");
  const shown = countries
    .filter(({ name, code, calling_code }) => {
      const text = `${name} ${code}`.toLowerCase();
      return text.includes(words) || String(calling_code).startsWith(words);
    })
    .sort((a, b) => a.name.localeCompare(b.name, language));
  return {
    allowed: shown.filter((each) => first?.has(each.code)),
    others: shown.filter((each) => !first?.has(each.code)),
  };
}

interface GroupProps {
  title: string;
  countries: readonly CountryView[];
  onSwitch: (country: CountryView) => void;
  onUnlock: (country: CountryView) => void;
}

function Group({ title, countries, onSwitch, onUnlock }: GroupProps) {
  const { t } = useTranslation();
  if (countries.length === 0) return null;
  return (
    <section>
      <h2 className={list.group}>{title}</h2>
      <ul className={`${list.card} ${classes.grid}`}>
        {countries.map((country) => (
          <li key={country.code}>
            {/* Beside the label: a button inside it would be switched with it. */}
            {country.allowed ? null : (
              <button
                type="button"
                className={classes.unlock}
                data-testid={`unlock-${country.code}`}
                aria-label={t("manage.countries.unlockFor", { name: country.name })}
                title={t("manage.countries.unlockFor", { name: country.name })}
                onClick={() => onUnlock(country)}
              >
                <Icon name="clock" size={18} />
              </button>
            )}
            <label className={classes.country} htmlFor={`country-${country.code}`}>
              <Flag code={country.code} />
              <span className={classes.name}>{country.name}</span>
              <small className="tabular">+{country.calling_code}</small>
              <small className={classes.zone}>
                {t("manage.countries.zone", { zone: country.zone })}
              </small>
              <Switch
                id={`country-${country.code}`}
                data-testid={`country-switch-${country.code}`}
                aria-label={t("manage.countries.switchFor", { name: country.name })}
                checked={country.allowed}
                withThumbIndicator={false}
                onChange={(event) => onSwitch({ ...country, allowed: event.currentTarget.checked })}
              />
            </label>
          </li>
        ))}
      </ul>
    </section>
  );
}

export function CountriesPage() {
  const { t } = useTranslation();
  const { api } = useServices();
  const [filter, setFilter] = useState("");
  const { data, error, isPending, refetch } = useQuery(countriesQuery(api));
  const { allowed, others } = useGroups(data?.items ?? [], filter);
  const onSwitch = useSwitch();
  const [wish, setWish] = useState<UnlockWish | null>(null);
  const acts = { onSwitch, onUnlock: ({ code }: CountryView) => setWish({ country: code }) };
  if (isPending || error) {
    return (
      <ListCard loading={isPending} error={error} retry={() => void refetch()} empty={null}>
        {null}
      </ListCard>
    );
  }
  return (
    <>
      <CountryRequests />
      <Unlocks onAdd={() => setWish({ country: "" })} />
      <Refused onUnlock={setWish} />
      <TextInput
        className={classes.filter ?? ""}
        aria-label={t("common.search")}
        placeholder={t("manage.countries.filter")}
        value={filter}
        onChange={(event) => setFilter(event.currentTarget.value)}
      />
      <Group title={t("manage.countries.allowed")} countries={allowed} {...acts} />
      <Group title={t("manage.countries.others")} countries={others} {...acts} />
      {allowed.length + others.length === 0 ? (
        <Empty icon="globe" title={t("manage.countries.noneFound", { query: filter })} />
      ) : null}
      {wish ? (
        <UnlockDialog wish={wish} countries={data.items} onClose={() => setWish(null)} />
      ) : null}
    </>
  );
}
