/** Our numbers and who has them; a change counts for the very next call. */
import { NativeSelect, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { NumberView, Page, UserView } from "../../api/types";
import { keys, numbersQuery, usersQuery } from "../shared/queries";
import { useServices } from "../shared/services";
import { tell, warn } from "../shared/toasts";
import { errorText } from "../shared/trouble";
import list from "./list.module.css";
import classes from "./numbers-page.module.css";
import { Empty, ListCard } from "./parts";

interface Assignment {
  number: NumberView;
  user: string | null;
}

/** Shows the change at once, takes it back where the server refuses, and offers to undo it. */
function useAssign(users: readonly UserView[]) {
  const { t } = useTranslation();
  const { api } = useServices();
  const queries = useQueryClient();
  const nameOf = (email: string | null) =>
    users.find((each) => each.email === email)?.name ?? email ?? "";
  const put = (next: NumberView) =>
    queries.setQueryData<Page<NumberView>>(keys.numbers, (page) =>
      page
        ? { ...page, items: page.items.map((each) => (each.e164 === next.e164 ? next : each)) }
        : page,
    );
  const mutation = useMutation({
    mutationFn: ({ number, user }: Assignment) => api.assign(number.e164, user),
    onMutate: async ({ number, user }) => {
      await queries.cancelQueries({ queryKey: keys.numbers });
      put({ ...number, user, user_name: user ? nameOf(user) : null });
    },
    onError: (error, { number }) => {
      put(number);
      warn(errorText(error));
    },
    onSuccess: (next, { number }) => {
      put(next);
      const text = next.user
        ? t("manage.numbers.assigned", { number: next.national, name: nameOf(next.user) })
        : t("manage.numbers.unassigned", { number: next.national });
      tell(text, () => mutation.mutate({ number: next, user: number.user }));
    },
  });
  return mutation.mutate;
}

interface RowProps {
  number: NumberView;
  users: readonly UserView[];
  onAssign: (assignment: Assignment) => void;
}

function Row({ number, users, onAssign }: RowProps) {
  const { t } = useTranslation();
  const owner = users.find((each) => each.email === number.user);
  const live = owner?.live ?? false;
  const what = [
    number.user
      ? t("manage.numbers.ring", { seconds: number.ring_seconds })
      : t("manage.numbers.nobody"),
    number.show_as_caller_id ? t("manage.numbers.ownShown") : null,
  ];
  return (
    <li className={list.row} data-testid={`number-row-${number.e164}`}>
      <div className={`${list.two} ${classes.number}`}>
        <strong className="tabular">{number.national}</strong>
        <small className="tabular">{number.e164}</small>
      </div>
      <div className={`${list.two} ${list.grow}`}>
        <span className={classes.label}>
          {/* Without a name of its own a number is called by itself. */}
          {number.label === number.e164 ? t("manage.numbers.unnamed") : number.label}
          {number.head_office && number.label !== t("manage.numbers.headOffice") ? (
            <span className={list.badge}>{t("manage.numbers.headOffice")}</span>
          ) : null}
        </span>
        <small>{what.filter(Boolean).join(" · ")}</small>
      </div>
      <div className={classes.who}>
        <span
          className={classes.dot}
          data-live={number.user ? live : undefined}
          role="img"
          aria-label={t(live ? "manage.numbers.live" : "manage.numbers.away")}
          title={number.user ? t(live ? "manage.numbers.live" : "manage.numbers.away") : undefined}
        />
        <NativeSelect
          className={classes.select}
          data-testid={`assign-select-${number.e164}`}
          aria-label={t("manage.numbers.assignFor", { number: number.national })}
          value={number.user ?? ""}
          onChange={(event) => onAssign({ number, user: event.currentTarget.value || null })}
          data={[
            { value: "", label: t("common.nobody") },
            ...users.map((each) => ({ value: each.email, label: each.name })),
          ]}
        />
      </div>
    </li>
  );
}

export function NumbersPage() {
  const { t } = useTranslation();
  const { api } = useServices();
  const [filter, setFilter] = useState("");
  const numbers = useQuery(numbersQuery(api));
  const users = useQuery(usersQuery(api));
  const people = users.data?.items ?? [];
  const assign = useAssign(people);
  const all = numbers.data?.items ?? [];
  const words = filter.toLowerCase().trim();
  const shown = all.filter((each) =>
    `${each.e164} ${each.national} ${each.label} ${each.user_name ?? ""}`
      .toLowerCase()
      .includes(words),
  );
  return (
    <>
      {all.length > 8 ? (
        <div className={list.tools}>
          <TextInput
            className={list.wide ?? ""}
            aria-label={t("common.search")}
            placeholder={t("manage.numbers.filter")}
            value={filter}
            onChange={(event) => setFilter(event.currentTarget.value)}
          />
        </div>
      ) : null}
      <ListCard
        loading={numbers.isPending}
        error={numbers.error}
        retry={() => void numbers.refetch()}
        empty={all.length === 0 ? <Empty icon="hash" title={t("manage.numbers.empty")} /> : null}
      >
        <ul>
          {shown.map((number) => (
            <Row key={number.e164} number={number} users={people} onAssign={assign} />
          ))}
        </ul>
      </ListCard>
    </>
  );
}
