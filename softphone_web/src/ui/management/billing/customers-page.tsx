/** Customers: whom nobody has asked yet, and everybody's file. */
import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { decimal } from "../../shared/format";
import { useLanguage, useServices } from "../../shared/services";
import { useDebounced } from "../../shared/use-debounced";
import list from "../list.module.css";
import { Empty, ListCard, More } from "../parts";
import classes from "./billing.module.css";
import { addCustomer, type Customer, customersQuery, useChange } from "./billing-api";
import { CustomerDialog } from "./customer-dialog";

function Row({ customer, onOpen }: { customer: Customer; onOpen: () => void }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const open = customer.phone_system === "open";
  const about = [
    t("manage.customers.tasks", { count: customer.tasks }),
    customer.booked_area ? t(`areas.${customer.booked_area}`) : null,
    customer.rate_per_hour
      ? t("manage.customers.perHour", { rate: decimal(customer.rate_per_hour, language) })
      : null,
  ];
  return (
    <li className={classes.item}>
      <button
        type="button"
        className={`${list.row} ${classes.open}`}
        data-testid={`customer-${customer.name}`}
        onClick={onOpen}
      >
        <span className={`${list.two} ${list.grow}`}>
          <strong>{customer.name}</strong>
          <small>{about.filter(Boolean).join(" · ")}</small>
        </span>
        <span className={list.badge} data-tone={open ? "wait" : "good"}>
          {t(`manage.customers.systems.${customer.phone_system}`)}
        </span>
      </button>
    </li>
  );
}

function Add({ name, onAdded }: { name: string; onAdded: (customer: Customer) => void }) {
  const { t } = useTranslation();
  const { api } = useServices();
  const add = useChange((wanted: string) => addCustomer(api, wanted), onAdded);
  return (
    <Button
      variant="light"
      data-testid="add-customer"
      disabled={!name.trim()}
      loading={add.isPending}
      onClick={() => add.mutate(name.trim())}
    >
      {t("manage.customers.add")}
    </Button>
  );
}

export function CustomersPage() {
  const { t } = useTranslation();
  const { api } = useServices();
  const [typed, setTyped] = useState("");
  const [check, setCheck] = useState("");
  const [shown, setShown] = useState<Customer | null>(null);
  const query = useInfiniteQuery(customersQuery(api, { query: useDebounced(typed, 250), check }));
  const customers = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <search className={list.tools}>
        <TextInput
          className={list.wide ?? ""}
          label={t("manage.customers.search")}
          data-testid="customer-search"
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <NativeSelect
          label={t("manage.customers.check")}
          value={check}
          onChange={(event) => setCheck(event.currentTarget.value)}
          data={[
            { value: "", label: t("common.allOf") },
            { value: "open", label: t("manage.customers.systems.open") },
          ]}
        />
        <Add name={typed} onAdded={setShown} />
      </search>
      <ListCard
        loading={query.isPending}
        error={query.data ? null : query.error}
        retry={() => void query.refetch()}
        empty={
          customers.length === 0 ? (
            <Empty icon="contacts" title={t("manage.customers.empty")} />
          ) : null
        }
      >
        <ul data-testid="customers">
          {customers.map((customer) => (
            <Row key={customer.id} customer={customer} onOpen={() => setShown(customer)} />
          ))}
        </ul>
        <More query={query} />
      </ListCard>
      {shown ? (
        <CustomerDialog key={shown.id} customer={shown} onClose={() => setShown(null)} />
      ) : null}
    </>
  );
}
