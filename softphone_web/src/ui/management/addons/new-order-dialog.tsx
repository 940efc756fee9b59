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
import { customersQuery } from "../billing/billing-api";
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
    language,
    ...(email ? { email } : {}),
    ...(option === "own-number" ? { number: e164Of(wish.number) } : {}),
    ...(option === "country-number" ? { country: wish.country.toUpperCase() } : {}),
  };
}

function CustomerChoice({ value, onChange }: { value: string; onChange: (id: string) => void }) {
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
        onChange={(event) => onChange(event.currentTarget.value)}
        data={[
          { value: "", label: t("manage.addons.choose") },
          ...customers.map(({ id, name }) => ({ value: id, label: name })),
        ]}
      />
    </div>
  );
}

export function NewOrderDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { api } = useServices();
  const language = useLanguage();
  const [key] = useState(() => crypto.randomUUID());
  const [wish, setWish] = useState(EMPTY);
  const users = useQuery(usersQuery(api)).data?.items ?? [];
  const put = (part: Partial<Wish>) => setWish({ ...wish, ...part });
  const add = useAddonChange(
    () => addOrder(api, sent(wish, key, language)),
    (made) => {
      tell(t("manage.addons.added", { number: made.number }));
      onClose();
      navigate(`/manage/addons/${made.id}`);
    },
  );
  const badNumber = wish.option === "own-number" && wish.number !== "" && !e164Of(wish.number);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (wish.customer && !badNumber) add.mutate(undefined);
  };
  const greetings = greetingsFor(wish.option);
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
        <CustomerChoice value={wish.customer} onChange={(customer) => put({ customer })} />
        <NativeSelect
          label={t("manage.addons.option")}
          data-testid="order-option"
          value={wish.option}
          onChange={(event) => {
            const option = OPTIONS.find((each) => each === event.currentTarget.value) ?? "mailbox";
            const fits = greetingsFor(option).includes(wish.greeting);
            const greeting = fits ? wish.greeting : (greetingsFor(option)[0] ?? "none");
            put({ option, greeting });
          }}
          data={OPTIONS.map((each) => ({
            value: each,
            label: t(`manage.addons.options.${each}`),
          }))}
        />
        <NativeSelect
          label={t("manage.addons.greeting")}
          value={wish.greeting}
          onChange={(event) =>
            put({
              greeting: GREETINGS.find((each) => each === event.currentTarget.value) ?? "none",
            })
          }
          data={greetings.map((each) => ({
            value: each,
            label: t(`manage.addons.greetings.${each}`),
          }))}
        />
        {wish.option === "own-number" ? (
          <TextInput
            label={t("manage.addons.ownNumber")}
            inputMode="tel"
            required={wish.kind === "booking"}
            error={badNumber ? t("manage.addons.badNumber") : undefined}
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
        <Button
          type="submit"
          data-testid="save-order"
          disabled={!wish.customer}
          loading={add.isPending}
        >
          {t("manage.addons.add")}
        </Button>
      </form>
    </Dialog>
  );
}
