/** Orders by their next step; on a telephone one below the other. */
import { NativeSelect, TextInput } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import buttons from "../../shared/button.module.css";
import { Icon } from "../../shared/icons";
import { usersQuery } from "../../shared/queries";
import { useServices } from "../../shared/services";
import { LoadFailed } from "../../shared/trouble";
import { useDebounced } from "../../shared/use-debounced";
import list from "../list.module.css";
import { Empty, ListCard, More } from "../parts";
import classes from "./addons.module.css";
import { type Card, type OrderFilter, ordersQuery } from "./addons-api";
import { columnsOf } from "./board-columns";
import { NewOrderDialog } from "./new-order-dialog";
import { OrderCard } from "./order-card";

const STATES = ["open", "done", "refused", "cancelled"] as const;
const KINDS = ["booking", "change"] as const;

interface FiltersProps {
  which: OrderFilter;
  onChange: (part: Partial<OrderFilter>) => void;
  onAdd: () => void;
}

function Filters({ which, onChange, onAdd }: FiltersProps) {
  const { t } = useTranslation();
  const { api } = useServices();
  const users = useQuery(usersQuery(api)).data?.items ?? [];
  const all = { value: "", label: t("common.allOf") };
  return (
    <search className={list.tools}>
      <TextInput
        className={list.wide ?? ""}
        label={t("manage.addons.search")}
        data-testid="order-search"
        value={which.query}
        onChange={(event) => onChange({ query: event.currentTarget.value })}
      />
      <NativeSelect
        label={t("manage.addons.state")}
        data-testid="order-state"
        value={which.state}
        onChange={(event) => onChange({ state: event.currentTarget.value })}
        data={[
          all,
          ...STATES.map((each) => ({ value: each, label: t(`manage.addons.states.${each}`) })),
        ]}
      />
      <NativeSelect
        label={t("manage.addons.kind")}
        value={which.kind}
        onChange={(event) => onChange({ kind: event.currentTarget.value })}
        data={[
          all,
          ...KINDS.map((each) => ({ value: each, label: t(`manage.addons.kinds.${each}`) })),
        ]}
      />
      <NativeSelect
        label={t("manage.addons.owner")}
        value={which.owner}
        onChange={(event) => onChange({ owner: event.currentTarget.value })}
        data={[
          all,
          { value: "nobody", label: t("manage.addons.nobody") },
          ...users.map(({ id, name }) => ({ value: id, label: name })),
        ]}
      />
      <button type="button" className={buttons.primary} data-testid="add-order" onClick={onAdd}>
        <Icon name="add" size={18} />
        {t("manage.addons.add")}
      </button>
    </search>
  );
}

function Columns({ cards }: { cards: readonly Card[] }) {
  const { t } = useTranslation();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard scrolls it
    <section className={classes.board} aria-label={t("manage.addons.board")} tabIndex={0}>
      {columnsOf(cards).map(({ name, cards: found }) => (
        <section
          key={name}
          className={classes.column}
          data-empty={found.length === 0 || undefined}
          aria-label={t(`manage.addons.steps.${name}`)}
          data-testid={`column-${name}`}
        >
          <h2>
            {t(`manage.addons.steps.${name}`)}
            <span className="tabular">{found.length}</span>
          </h2>
          <ul>
            {found.map((card) => (
              <OrderCard key={card.id} card={card} />
            ))}
          </ul>
        </section>
      ))}
    </section>
  );
}

export function Board() {
  const { t } = useTranslation();
  const { api } = useServices();
  const [adding, setAdding] = useState(false);
  const [which, setWhich] = useState<OrderFilter>(() => ({
    query: "",
    state: "open",
    kind: "",
    owner: "",
    customer: new URLSearchParams(window.location.search).get("customer") ?? "",
  }));
  const query = useInfiniteQuery(
    ordersQuery(api, { ...which, query: useDebounced(which.query, 250) }),
  );
  const cards = query.data?.pages.flatMap((page) => page.items) ?? [];
  const empty = (
    <Empty icon="list" title={t("manage.addons.empty")} hint={t("manage.addons.emptyHint")} />
  );
  return (
    <>
      <Filters
        which={which}
        onChange={(part) => setWhich({ ...which, ...part })}
        onAdd={() => setAdding(true)}
      />
      {query.error && !query.data ? (
        <LoadFailed error={query.error} retry={() => void query.refetch()} />
      ) : which.state === "open" && cards.length > 0 ? (
        <Columns cards={cards} />
      ) : (
        <ListCard
          loading={query.isPending}
          error={null}
          retry={() => void query.refetch()}
          empty={cards.length === 0 ? empty : null}
        >
          <ul className={classes.plain} data-testid="orders">
            {cards.map((card) => (
              <OrderCard key={card.id} card={card} />
            ))}
          </ul>
        </ListCard>
      )}
      <More query={query} />
      {adding ? <NewOrderDialog onClose={() => setAdding(false)} /> : null}
    </>
  );
}
