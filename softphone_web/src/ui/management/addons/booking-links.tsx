/** A customer's links to the booking form: made, mailed, copied, revoked. */
import { Button, NativeSelect, Switch, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { CopyButton } from "../../account/copy-button";
import { date, dayKey } from "../../shared/format";
import { Link } from "../../shared/router";
import { useLanguage, useServices } from "../../shared/services";
import { tell } from "../../shared/toasts";
import list from "../list.module.css";
import classes from "./addons.module.css";
import {
  addLink,
  type BookingLink,
  type LinkWish,
  linksQuery,
  revokeLink,
  settingsQuery,
  useAddonChange,
} from "./addons-api";

function Row({ customer, link }: { customer: string; link: BookingLink }) {
  const { t } = useTranslation();
  const { api } = useServices();
  const language = useLanguage();
  const revoke = useAddonChange(
    () => revokeLink(api, customer, link.id),
    () => tell(t("manage.addons.links.revoked")),
  );
  const day = (iso: string) => date(dayKey(new Date(iso)), language);
  const state = link.revoked_at ? "wasRevoked" : link.usable ? "until" : "over";
  const about = [
    link.email,
    t(`manage.addons.links.${state}`, { day: day(link.revoked_at ?? link.until) }),
    link.created_by,
  ];
  return (
    <li data-testid="booking-link" data-usable={link.usable}>
      <small>{about.filter(Boolean).join(" · ")}</small>
      {link.usable ? (
        <div className={classes.buttons}>
          <a href={link.url} target="_blank" rel="noreferrer" data-testid="open-link">
            {t("manage.addons.links.open")}
          </a>
          <CopyButton text={link.url} />
          <Button
            size="compact-sm"
            variant="subtle"
            data-testid="revoke-link"
            loading={revoke.isPending}
            onClick={() => revoke.mutate(undefined)}
          >
            {t("manage.addons.links.revoke")}
          </Button>
        </div>
      ) : (
        <span className={list.badge}>{t("manage.addons.links.useless")}</span>
      )}
    </li>
  );
}

interface Props {
  /** Id. */
  customer: string;
  /** The customer's language; null: nobody has said. */
  speaks: "de" | "en" | null;
}

function Add({ customer, speaks: own }: Props) {
  const { t } = useTranslation();
  const { api } = useServices();
  const language = useLanguage();
  const [email, setEmail] = useState("");
  const [speaks, setSpeaks] = useState<"de" | "en">(own ?? language);
  const [send, setSend] = useState(true);
  const settings = useQuery(settingsQuery(api)).data;
  const add = useAddonChange(
    (wish: LinkWish) => addLink(api, customer, wish),
    (made) => {
      tell(t(send && made.email ? "manage.addons.links.sent" : "manage.addons.links.made"));
      setEmail("");
    },
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const to = email.trim();
    const days = settings ? { days: settings.link_days } : {};
    add.mutate({ language: speaks, ...days, ...(to ? { email: to, send } : {}) });
  };
  return (
    <form className={classes.form} onSubmit={submit}>
      <div className={classes.pair}>
        <TextInput
          type="email"
          label={t("manage.addons.links.email")}
          data-testid="link-email"
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        <NativeSelect
          label={t("manage.addons.links.language")}
          value={speaks}
          onChange={(event) => setSpeaks(event.currentTarget.value === "en" ? "en" : "de")}
          data={[
            { value: "de", label: "Deutsch" },
            { value: "en", label: "English" },
          ]}
        />
      </div>
      <Switch
        label={t("manage.addons.links.send")}
        disabled={!email.trim()}
        checked={send && email.trim() !== ""}
        onChange={(event) => setSend(event.currentTarget.checked)}
      />
      <Button type="submit" variant="light" data-testid="add-link" loading={add.isPending}>
        {t("manage.addons.links.add")}
      </Button>
    </form>
  );
}

export function BookingLinks({ customer, speaks }: Props) {
  const { t } = useTranslation();
  const { api } = useServices();
  const links = useQuery(linksQuery(api, customer)).data?.items ?? [];
  return (
    <section
      className={`${classes.partOf} ${classes.apart}`}
      aria-label={t("manage.addons.links.title")}
    >
      <h3>{t("manage.addons.links.title")}</h3>
      <Link className={classes.toOrders} href={`/manage/addons?customer=${customer}`}>
        {t("manage.addons.links.orders")}
      </Link>
      <ul className={classes.linkList}>
        {links.map((link) => (
          <Row key={link.id} customer={customer} link={link} />
        ))}
      </ul>
      <Add key={speaks} customer={customer} speaks={speaks} />
    </section>
  );
}
