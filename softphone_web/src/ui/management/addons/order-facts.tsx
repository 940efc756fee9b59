/** What an order is about: what was booked, and what we say about it. */
import { NativeSelect, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { e164Of } from "../../shared/e164";
import { countryName, date, moment } from "../../shared/format";
import { numbersQuery, usersQuery } from "../../shared/queries";
import { Link } from "../../shared/router";
import { useLanguage, useServices } from "../../shared/services";
import { tell } from "../../shared/toasts";
import { useEuros } from "../billing/use-euros";
import { greetingsQuery } from "../greetings-api";
import classes from "./addons.module.css";
import { type Order, type OrderPatch, patchOrder, useAddonChange } from "./addons-api";

export function Facts({ order }: { order: Order }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const euros = useEuros();
  const price = order.items.map((item) => `${item.text} ${euros(item.price)}`).join(", ");
  const facts: [string, string | null][] = [
    [t("manage.addons.booked"), `${moment(order.booked_at, language)} · ${order.booked_by}`],
    [t("manage.addons.greeting"), order.greeting_name],
    [t("manage.addons.price"), order.items.length > 0 ? `${euros(order.total)} (${price})` : null],
    [t("manage.addons.contact"), [order.contact, order.email].filter(Boolean).join(", ")],
    [t("manage.addons.ownNumber"), order.own_number],
    [t("manage.addons.country"), order.country && countryName(order.country, language)],
    [t("manage.addons.wished"), order.wished_on && date(order.wished_on, language)],
    [t("manage.addons.text"), order.greeting_text],
    [t("manage.addons.note"), order.note],
    [t("manage.addons.why"), order.reason],
  ];
  return (
    <dl className={classes.facts}>
      {facts.map(([name, value]) =>
        value ? (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ) : null,
      )}
      {order.upload_audio ? (
        <div>
          <dt>{t("manage.addons.recording")}</dt>
          <dd>
            {/* biome-ignore lint/a11y/useMediaCaption: what the customer has sent */}
            <audio
              controls
              preload="none"
              src={order.upload_audio}
              aria-label={t("manage.addons.recording")}
            />
          </dd>
        </div>
      ) : null}
    </dl>
  );
}

export function Links({ order }: { order: Order }) {
  const { t } = useTranslation();
  return (
    <p className={classes.links}>
      <Link href={`/manage/customers/${order.customer_id}`}>{order.customer}</Link>
      {order.task ? (
        <Link href={`/manage/tasks/${encodeURIComponent(order.task)}`}>{order.task}</Link>
      ) : null}
      {order.status_url ? (
        <a href={order.status_url} target="_blank" rel="noreferrer">
          {t("manage.addons.customersView")}
        </a>
      ) : null}
    </p>
  );
}

function usePatch(order: Order) {
  const { t } = useTranslation();
  const { api } = useServices();
  const patch = useAddonChange(
    ({ wish }: { wish: OrderPatch; undo: OrderPatch | null }) => patchOrder(api, order.id, wish),
    (_, { undo }) => {
      const back = undo ? () => patch.mutate({ wish: undo, undo: null }) : undefined;
      tell(t("manage.addons.saved", { number: order.number }), back);
    },
  );
  return patch;
}

/** Our number that it is about: one that we have, or one that comes with the activation. */
function OurNumber({ order }: { order: Order }) {
  const { t } = useTranslation();
  const { api } = useServices();
  const numbers = useQuery(numbersQuery(api)).data?.items ?? [];
  const patch = usePatch(order);
  const [typed, setTyped] = useState<string | null>(null);
  const shown = typed ?? order.did ?? "";
  const did = shown.trim() ? e164Of(shown) : null;
  const wrong = shown.trim() !== "" && did === null;
  const save = (event?: FormEvent) => {
    event?.preventDefault();
    if (typed === null || wrong) return;
    setTyped(null);
    if (did !== order.did) patch.mutate({ wish: { did }, undo: { did: order.did } });
  };
  return (
    <form onSubmit={save}>
      <TextInput
        label={t("manage.addons.did")}
        description={t("manage.addons.didHint")}
        inputMode="tel"
        list="our-numbers"
        maxLength={30}
        disabled={order.activated_at !== null}
        error={wrong ? t("manage.addons.badNumber") : undefined}
        data-testid="order-did"
        value={shown}
        onChange={(event) => setTyped(event.currentTarget.value)}
        onBlur={() => save()}
      />
      <datalist id="our-numbers">
        {numbers.map(({ e164, label }) => (
          <option key={e164} value={e164}>
            {label}
          </option>
        ))}
      </datalist>
    </form>
  );
}

function Greeting({ order }: { order: Order }) {
  const { t } = useTranslation();
  const { api } = useServices();
  const greetings = useQuery(greetingsQuery(api)).data?.items ?? [];
  const patch = usePatch(order);
  if (order.greeting === "none") return null;
  return (
    <NativeSelect
      label={t("manage.addons.libraryGreeting")}
      description={t(
        order.greeting === "supplied"
          ? "manage.addons.libraryGreetingSupplied"
          : "manage.addons.libraryGreetingHint",
      )}
      data-testid="order-greeting"
      disabled={order.activated_at !== null}
      value={order.greeting_id ?? ""}
      onChange={(event) =>
        patch.mutate({
          wish: { greeting_id: event.currentTarget.value || null },
          undo: { greeting_id: order.greeting_id },
        })
      }
      data={[
        { value: "", label: t("manage.addons.noneYet") },
        ...greetings.map(({ id, name }) => ({ value: id, label: name })),
      ]}
    />
  );
}

export function OurPart({ order }: { order: Order }) {
  const { t } = useTranslation();
  const { api } = useServices();
  const users = useQuery(usersQuery(api)).data?.items ?? [];
  const patch = usePatch(order);
  const people = [
    { value: "", label: t("manage.addons.nobody") },
    ...users.map(({ id, name }) => ({ value: id, label: name })),
  ];
  return (
    <div className={classes.form}>
      <div className={classes.pair}>
        <NativeSelect
          label={t("manage.addons.owner")}
          data-testid="order-owner"
          value={order.owner?.id ?? ""}
          onChange={(event) =>
            patch.mutate({
              wish: { owner: event.currentTarget.value || null },
              undo: { owner: order.owner?.id ?? null },
            })
          }
          data={people}
        />
        <TextInput
          type="date"
          label={t("manage.addons.dueOn")}
          data-testid="order-due"
          disabled={order.state !== "open"}
          value={order.due_on ?? ""}
          onChange={(event) =>
            patch.mutate({
              wish: { due_on: event.currentTarget.value || null },
              undo: { due_on: order.due_on },
            })
          }
        />
      </div>
      {order.state === "open" ? (
        <>
          <OurNumber key={order.did} order={order} />
          <NativeSelect
            label={t("manage.addons.user")}
            value={order.user?.id ?? ""}
            onChange={(event) =>
              patch.mutate({
                wish: { user: event.currentTarget.value || null },
                undo: { user: order.user?.id ?? null },
              })
            }
            data={people}
          />
          <Greeting order={order} />
        </>
      ) : null}
    </div>
  );
}
