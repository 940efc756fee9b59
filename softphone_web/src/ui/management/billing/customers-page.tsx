/** Customers: whom nobody has asked yet, and everybody's file. */
import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { decimal } from "../../shared/format";
import { Icon } from "../../shared/icons";
import { closeAt, Link, navigate, usePath } from "../../shared/router";
import { useLanguage, useServices } from "../../shared/services";
import { useDebounced } from "../../shared/use-debounced";
import list from "../list.module.css";
import { Empty, ListCard, More } from "../parts";
import { BillingImport } from "../tasks/file-imports";
import { csvOf } from "../tasks/tasks-api";
import classes from "./billing.module.css";
import { addCustomer, type Customer, customersQuery, useChange } from "./billing-api";
import { CustomerDialog } from "./customer-dialog";

const HERE = "/manage/customers";

function Row({ customer }: { customer: Customer }) {
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
      <Link
        href={`${HERE}/${customer.id}`}
        className={`${list.row} ${classes.open}`}
        data-testid={`customer-${customer.name}`}
      >
        <span className={`${list.two} ${list.grow}`}>
          <strong>{customer.name}</strong>
          <small>{about.filter(Boolean).join(" · ")}</small>
        </span>
        <span className={list.badge} data-tone={open ? "wait" : "good"}>
          {t(`manage.customers.systems.${customer.phone_system}`)}
        </span>
      </Link>
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
  const german = useLanguage() === "de";
  const shown = usePath().split("/")[3];
  const [importing, setImporting] = useState(false);
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
        <Add name={typed} onAdded={({ id }) => navigate(`${HERE}/${id}`)} />
        <Button
          variant="light"
          leftSection={<Icon name="upload" size={17} />}
          data-testid="customers-import"
          onClick={() => setImporting(true)}
        >
          {t("manage.customers.import")}
        </Button>
        <Button
          component="a"
          variant="light"
          href={csvOf("customers", german)}
          download="customers.csv"
          leftSection={<Icon name="download" size={17} />}
        >
          {t("manage.customers.export")}
        </Button>
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
            <Row key={customer.id} customer={customer} />
          ))}
        </ul>
        <More query={query} />
      </ListCard>
      {shown ? <CustomerDialog key={shown} id={shown} onClose={() => closeAt(HERE)} /> : null}
      {importing ? <BillingImport what="customers" onClose={() => setImporting(false)} /> : null}
    </>
  );
}
