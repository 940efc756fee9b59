/** An add-on booked for a customer on the telephone, or a change of one. */
import { Button, NativeSelect, Textarea, TextInput } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Dialog } from "../../shared/dialog";
import { e164Of } from "../../shared/e164";
import { usersQuery } from "../../shared/queries";
import { navigate } from "../../shared/router";
import { Segments } from "../../shared/segments";
import { useLanguage, useServices } from "../../shared/services";
import { tell } from "../../shared/toasts";
import { useDebounced } from "../../shared/use-debounced";
import { type Customer, customersQuery } from "../billing/billing-api";
import classes from "./addons.module.css";
import {
  addOrder,
  GREETINGS,
  type GreetingName,
  greetingsFor,
  OPTIONS,
  type OptionName,
  type OrderAdd,
  useAddonChange,
} from "./addons-api";

interface Wish {
  kind: "booking" | "change";
  customer: string;
  /** Of the customer; null: nobody has said. */
  speaks: "de" | "en" | null;
  option: OptionName;
  greeting: GreetingName;
  user: string;
  number: string;
  country: string;
  email: string;
  note: string;
}

const EMPTY: Wish = {
  kind: "booking",
  customer: "",
  speaks: null,
  option: "mailbox",
  greeting: "vpa",
  user: "",
  number: "",
  country: "DE",
  email: "",
  note: "",
};

function sent(wish: Wish, key: string, language: "de" | "en"): OrderAdd {
  const { kind, customer, option, greeting, user, email, note } = wish;
  return {
    key,
    kind,
    customer_id: customer,
    option,
    greeting,
    user: user || null,
    note,
    language: wish.speaks ?? language,
    ...(email ? { email } : {}),
    ...(option === "own-number" ? { number: e164Of(wish.number) } : {}),
    ...(option === "country-number" ? { country: wish.country.toUpperCase() } : {}),
  };
}

interface ChoiceProps {
  value: string;
  onChange: (customer: Customer | undefined) => void;
}

function CustomerChoice({ value, onChange }: ChoiceProps) {
  const { t } = useTranslation();
  const { api } = useServices();
  const [typed, setTyped] = useState("");
  const found = useInfiniteQuery(
    customersQuery(api, { query: useDebounced(typed.trim(), 250), check: "" }),
  );
  const customers = found.data?.pages.flatMap((page) => page.items) ?? [];
  const known = customers.some(({ id }) => id === value);
  return (
    <div className={classes.pair}>
      <TextInput
        label={t("manage.addons.searchCustomer")}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      <NativeSelect
        label={t("manage.addons.customer")}
        required
        data-testid="order-customer"
        value={known ? value : ""}
        onChange={(event) => {
          const chosen = event.currentTarget.value;
          onChange(customers.find(({ id }) => id === chosen));
        }}
        data={[
          { value: "", label: t("manage.addons.choose") },
          ...customers.map(({ id, name }) => ({ value: id, label: name })),
        ]}
      />
    </div>
  );
}

/** With a greeting that the option can have. */
function withOption(wish: Wish, typed: string): Partial<Wish> {
  const option = OPTIONS.find((each) => each === typed) ?? "mailbox";
  const greetings = greetingsFor(option);
  const fits = greetings.includes(wish.greeting);
  return { option, greeting: fits ? wish.greeting : (greetings[0] ?? "none") };
}

const isBad = ({ option, number }: Wish): boolean =>
  option === "own-number" && number !== "" && !e164Of(number);

interface FieldsProps {
  wish: Wish;
  put: (part: Partial<Wish>) => void;
}

/** What belongs to the option: the greeting, and the number or the country. */
function OptionFields({ wish, put }: FieldsProps) {
  const { t } = useTranslation();
  return (
    <>
      <NativeSelect
        label={t("manage.addons.greeting")}
        value={wish.greeting}
        onChange={(event) =>
          put({ greeting: GREETINGS.find((each) => each === event.currentTarget.value) ?? "none" })
        }
        data={greetingsFor(wish.option).map((each) => ({
          value: each,
          label: t(`manage.addons.greetings.${each}`),
        }))}
      />
      {wish.option === "own-number" ? (
        <TextInput
          label={t("manage.addons.ownNumber")}
          inputMode="tel"
          required={wish.kind === "booking"}
          error={isBad(wish) ? t("manage.addons.badNumber") : undefined}
          value={wish.number}
          onChange={(event) => put({ number: event.currentTarget.value })}
        />
      ) : null}
      {wish.option === "country-number" ? (
        <TextInput
          label={t("manage.addons.country")}
          required={wish.kind === "booking"}
          maxLength={2}
          value={wish.country}
          onChange={(event) => put({ country: event.currentTarget.value })}
        />
      ) : null}
    </>
  );
}

/** Who of us it is for, where the customer is written to, and what else is to be known. */
function PeopleFields({ wish, put }: FieldsProps) {
  const { t } = useTranslation();
  const { api } = useServices();
  const users = useQuery(usersQuery(api)).data?.items ?? [];
  return (
    <>
      <NativeSelect
        label={t("manage.addons.user")}
        value={wish.user}
        onChange={(event) => put({ user: event.currentTarget.value })}
        data={[
          { value: "", label: t("manage.addons.nobody") },
          ...users.map(({ id, name }) => ({ value: id, label: name })),
        ]}
      />
      <TextInput
        type="email"
        label={t("manage.addons.email")}
        description={t("manage.addons.emailHint")}
        value={wish.email}
        onChange={(event) => put({ email: event.currentTarget.value })}
      />
      <Textarea
        label={t("manage.addons.note")}
        autosize
        minRows={2}
        maxLength={4000}
        value={wish.note}
        onChange={(event) => put({ note: event.currentTarget.value })}
      />
    </>
  );
}

function useNewOrder(onClose: () => void) {
  const { t } = useTranslation();
  const { api } = useServices();
  const language = useLanguage();
  const [key] = useState(() => crypto.randomUUID());
  const [wish, setWish] = useState(EMPTY);
  const put = (part: Partial<Wish>) => setWish({ ...wish, ...part });
  const add = useAddonChange(
    () => addOrder(api, sent(wish, key, language)),
    (made) => {
      tell(t("manage.addons.added", { number: made.number }));
      onClose();
      navigate(`/manage/addons/${made.id}`);
    },
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (wish.customer && !isBad(wish)) add.mutate(undefined);
  };
  return { wish, put, submit, adding: add.isPending };
}

export function NewOrderDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { wish, put, submit, adding } = useNewOrder(onClose);
  return (
    <Dialog title={t("manage.addons.add")} side onClose={onClose}>
      <form className={classes.form} onSubmit={submit}>
        <Segments
          label={t("manage.addons.kind")}
          value={wish.kind}
          options={[
            { value: "booking", label: t("manage.addons.kinds.booking") },
            { value: "change", label: t("manage.addons.kinds.change") },
          ]}
          onChange={(kind) => put({ kind })}
        />
        <CustomerChoice
          value={wish.customer}
          onChange={(of) => put({ customer: of?.id ?? "", speaks: of?.language ?? null })}
        />
        <NativeSelect
          label={t("manage.addons.option")}
          data-testid="order-option"
          value={wish.option}
          onChange={(event) => put(withOption(wish, event.currentTarget.value))}
          data={OPTIONS.map((each) => ({
            value: each,
            label: t(`manage.addons.options.${each}`),
          }))}
        />
        <OptionFields wish={wish} put={put} />
        <PeopleFields wish={wish} put={put} />
        <Button type="submit" data-testid="save-order" disabled={!wish.customer} loading={adding}>
          {t("manage.addons.add")}
        </Button>
      </form>
    </Dialog>
  );
}
