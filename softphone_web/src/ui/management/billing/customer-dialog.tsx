/** One customer's file: what was asked, told and agreed, and every change of it. */
import { Button, NativeSelect, Textarea, TextInput } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Dialog } from "../../shared/dialog";
import { dayKey, decimal } from "../../shared/format";
import { Link } from "../../shared/router";
import { useLanguage, useServices } from "../../shared/services";
import { tell } from "../../shared/toasts";
import { LoadFailed } from "../../shared/trouble";
import { BookingLinks } from "../addons/booking-links";
import { AREAS, areaOf } from "../areas";
import { History } from "../changes";
import classes from "./billing.module.css";
import {
  type Customer,
  type CustomerPatch,
  customerHistoryQuery,
  customerQuery,
  saveCustomer,
  useChange,
} from "./billing-api";

const SYSTEMS = ["open", "ours", "own", "earlier"] as const;

const LINES = ["address_extra", "street", "postcode", "city", "country"] as const;

const languageOf = (text: string) => (text === "de" || text === "en" ? text : null);

const asOf = ({ id: _, tasks: __, ...file }: Customer): CustomerPatch => file;

function useSave(customer: Customer, onSaved: (saved: Customer) => void) {
  const { t } = useTranslation();
  const { api } = useServices();
  const save = useChange(
    ({ patch }: { patch: CustomerPatch; before: CustomerPatch | null }) =>
      saveCustomer(api, customer.id, patch),
    (saved, { before }) => {
      onSaved(saved);
      const undo = before ? () => save.mutate({ patch: before, before: null }) : undefined;
      tell(t("manage.customers.saved", { name: saved.name }), undo);
    },
  );
  return save;
}

type Letters = Pick<Customer, "language" | (typeof LINES)[number]>;

interface PaperProps {
  file: Letters;
  put: (part: Partial<Letters>) => void;
}

/** Where letters to the customer go, and in which language. */
function Paper({ file, put }: PaperProps) {
  const { t } = useTranslation();
  const line = (name: (typeof LINES)[number]) => (
    <TextInput
      label={t(`manage.customers.lines.${name}`)}
      data-testid={`customer-${name}`}
      maxLength={60}
      autoComplete="off"
      value={file[name]}
      onChange={(event) => put({ [name]: event.currentTarget.value })}
    />
  );
  return (
    <fieldset className={classes.paper}>
      <legend>{t("manage.customers.letters")}</legend>
      <NativeSelect
        label={t("manage.customers.language")}
        description={t("manage.customers.languageHint")}
        data-testid="customer-language"
        value={file.language ?? ""}
        onChange={(event) => put({ language: languageOf(event.currentTarget.value) })}
        data={[
          { value: "", label: t("manage.customers.noLanguage") },
          { value: "de", label: "Deutsch" },
          { value: "en", label: "English" },
        ]}
      />
      {line("address_extra")}
      {line("street")}
      <div className={classes.place}>
        {line("postcode")}
        {line("city")}
      </div>
      {line("country")}
    </fieldset>
  );
}

interface FileProps {
  customer: Customer;
  onSaved: (saved: Customer) => void;
}

function File({ customer, onSaved }: FileProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const [file, setFile] = useState({
    ...customer,
    rate_per_hour: customer.rate_per_hour ? decimal(customer.rate_per_hour, language) : "",
  });
  const save = useSave(customer, onSaved);
  const put = (part: Partial<typeof file>) => setFile({ ...file, ...part });
  const asked = file.phone_system === "own" || file.phone_system === "ours";
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const patch = asOf({ ...file, rate_per_hour: file.rate_per_hour.trim() || null });
    save.mutate({ patch, before: asOf(customer) });
  };
  return (
    <form className={classes.form} onSubmit={submit}>
      <TextInput
        label={t("manage.customers.name")}
        required
        maxLength={200}
        value={file.name}
        onChange={(event) => put({ name: event.currentTarget.value })}
      />
      <NativeSelect
        label={t("manage.customers.system")}
        description={t("manage.customers.systemHint")}
        data-testid="customer-system"
        value={file.phone_system}
        onChange={(event) => {
          const chosen = SYSTEMS.find((each) => each === event.currentTarget.value) ?? "open";
          const now = chosen === "open" || chosen === "earlier" ? null : dayKey(new Date());
          put({ phone_system: chosen, informed_on: file.informed_on ?? now });
        }}
        data={SYSTEMS.map((each) => ({
          value: each,
          label: t(`manage.customers.systems.${each}`),
        }))}
      />
      <TextInput
        type="date"
        label={t("manage.customers.informed")}
        description={t("manage.customers.informedHint")}
        required={asked}
        value={file.informed_on ?? ""}
        onChange={(event) => put({ informed_on: event.currentTarget.value || null })}
      />
      <NativeSelect
        label={t("manage.customers.area")}
        value={file.booked_area ?? ""}
        onChange={(event) => put({ booked_area: areaOf(event.currentTarget.value) ?? null })}
        data={[
          { value: "", label: t("manage.customers.noArea") },
          ...AREAS.map((each) => ({ value: each, label: t(`areas.${each}`) })),
        ]}
      />
      <TextInput
        label={t("manage.customers.rate")}
        description={t("manage.customers.rateHint")}
        inputMode="decimal"
        maxLength={12}
        value={file.rate_per_hour}
        onChange={(event) => put({ rate_per_hour: event.currentTarget.value })}
      />
      <Paper file={file} put={put} />
      <Textarea
        label={t("manage.customers.note")}
        autosize
        minRows={2}
        maxLength={4000}
        value={file.note}
        onChange={(event) => put({ note: event.currentTarget.value })}
      />
      <Button type="submit" loading={save.isPending} data-testid="save-customer">
        {t("manage.customers.save")}
      </Button>
    </form>
  );
}

function Links({ customer }: { customer: Customer }) {
  const { t } = useTranslation();
  const month = dayKey(new Date()).slice(0, 7);
  return (
    <p className={classes.links}>
      <Link href={`/manage/tasks?customer=${customer.id}`} data-testid="customer-tasks">
        {t("manage.customers.tasks", { count: customer.tasks })}
      </Link>
      <Link href={`/manage/statements/${customer.id}-${month}`} data-testid="customer-statement">
        {t("manage.customers.statement")}
      </Link>
    </p>
  );
}

function Shown({ customer }: { customer: Customer }) {
  const { t } = useTranslation();
  const { api } = useServices();
  const [now, setNow] = useState(customer);
  const history = useInfiniteQuery(customerHistoryQuery(api, customer.id));
  return (
    <>
      <Links customer={now} />
      <File customer={now} onSaved={setNow} />
      <BookingLinks customer={customer.id} speaks={now.language} />
      <History title={t("manage.customers.history")} query={history} />
    </>
  );
}

export function CustomerDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation();
  const { api } = useServices();
  const { data, error, refetch } = useQuery(customerQuery(api, id));
  return (
    <Dialog title={data?.name ?? t("common.loading")} side onClose={onClose}>
      {error ? <LoadFailed error={error} retry={() => void refetch()} /> : null}
      {data ? <Shown customer={data} /> : null}
    </Dialog>
  );
}
