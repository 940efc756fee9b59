/** What was sent, is on its way, or was never taken. */
import { NativeSelect } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { moment } from "../../shared/format";
import { useLanguage, useServices } from "../../shared/services";
import list from "../list.module.css";
import { Empty, ListCard, More } from "../parts";
import { DeliveryDialog } from "./delivery-dialog";
import classes from "./integration.module.css";
import {
  type Delivery,
  deliveriesQuery,
  EVENT_WORDS,
  EVENTS,
  type EventName,
  endpointsQuery,
  TONES,
} from "./integration-api";

/** Their subject is an id that says nothing to people. */
const NAMELESS = new Set<EventName>(["call.ended", "test"]);
const STATES = ["waiting", "delivered", "failed"] as const;

function Row({ delivery, onOpen }: { delivery: Delivery; onOpen: () => void }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const about = [
    moment(delivery.happened_at, language),
    NAMELESS.has(delivery.event) ? null : delivery.subject,
    delivery.attempts > 1 ? t("manage.integration.attempts", { count: delivery.attempts }) : null,
    delivery.next_attempt_at && delivery.attempts > 0
      ? t("manage.integration.again", { at: moment(delivery.next_attempt_at, language) })
      : null,
  ];
  return (
    <li className={classes.item}>
      <button
        type="button"
        className={`${list.row} ${classes.open}`}
        data-testid="delivery"
        onClick={onOpen}
      >
        <span className={`${list.two} ${list.grow}`}>
          <strong>{t(`manage.integration.events.${EVENT_WORDS[delivery.event]}`)}</strong>
          <small>{about.filter(Boolean).join(" · ")}</small>
        </span>
        <span className={list.badge} data-tone={TONES[delivery.state]}>
          {t(`manage.integration.deliveryStates.${delivery.state}`)}
        </span>
      </button>
    </li>
  );
}

export function Deliveries() {
  const { t } = useTranslation();
  const { api } = useServices();
  const [which, setWhich] = useState({ endpoint: "", state: "", event: "" });
  const [opened, setOpened] = useState<string | null>(null);
  const endpoints = useQuery(endpointsQuery(api)).data?.items ?? [];
  const query = useInfiniteQuery(deliveriesQuery(api, which));
  const deliveries = query.data?.pages.flatMap((page) => page.items) ?? [];
  const all = { value: "", label: t("common.allOf") };
  return (
    <>
      <search className={list.tools}>
        <NativeSelect
          label={t("manage.integration.parts.endpoints")}
          value={which.endpoint}
          onChange={(event) => setWhich({ ...which, endpoint: event.currentTarget.value })}
          data={[all, ...endpoints.map(({ id, note, url }) => ({ value: id, label: note || url }))]}
        />
        <NativeSelect
          label={t("manage.integration.state")}
          value={which.state}
          onChange={(event) => setWhich({ ...which, state: event.currentTarget.value })}
          data={[
            all,
            ...STATES.map((value) => ({
              value,
              label: t(`manage.integration.deliveryStates.${value}`),
            })),
          ]}
        />
        <NativeSelect
          label={t("manage.integration.event")}
          value={which.event}
          onChange={(event) => setWhich({ ...which, event: event.currentTarget.value })}
          data={[
            all,
            ...EVENTS.map((value) => ({
              value,
              label: t(`manage.integration.events.${EVENT_WORDS[value]}`),
            })),
          ]}
        />
      </search>
      <ListCard
        loading={query.isPending}
        error={query.data ? null : query.error}
        retry={() => void query.refetch()}
        empty={
          deliveries.length === 0 ? (
            <Empty
              icon="send"
              title={t("manage.integration.nothing")}
              hint={t("manage.integration.nothingHint")}
            />
          ) : null
        }
      >
        <ul data-testid="deliveries">
          {deliveries.map((delivery) => (
            <Row key={delivery.id} delivery={delivery} onOpen={() => setOpened(delivery.id)} />
          ))}
        </ul>
        <More query={query} />
      </ListCard>
      {opened ? <DeliveryDialog id={opened} onClose={() => setOpened(null)} /> : null}
    </>
  );
}
