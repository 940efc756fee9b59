/** Where webhooks go: how that works, switching off and on, and everything else in a window. */
import { Button, Switch } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { moment } from "../../shared/format";
import { Icon } from "../../shared/icons";
import { useLanguage, useServices } from "../../shared/services";
import { tell } from "../../shared/toasts";
import list from "../list.module.css";
import { Empty, ListCard } from "../parts";
import { DeliveryDialog } from "./delivery-dialog";
import { EndpointDialog } from "./endpoint-dialog";
import classes from "./integration.module.css";
import {
  changeEndpoint,
  type Endpoint,
  EVENT_WORDS,
  endpointsQuery,
  testEndpoint,
  useChange,
} from "./integration-api";
import { SecretDialog } from "./secret-dialog";

function State({ endpoint }: { endpoint: Endpoint }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { active, failing_since, gone_at, last_success_at } = endpoint;
  if (gone_at) {
    return (
      <span className={list.badge} data-tone="bad" data-testid="endpoint-gone">
        {t("manage.integration.states.gone", { at: moment(gone_at, language) })}
      </span>
    );
  }
  if (!active) return <span className={list.badge}>{t("manage.integration.states.off")}</span>;
  if (failing_since) {
    return (
      <span className={list.badge} data-tone={endpoint.failures < 3 ? "wait" : "bad"}>
        {t("manage.integration.states.failing", { at: moment(failing_since, language) })}
      </span>
    );
  }
  return (
    <span className={list.badge} data-tone={last_success_at ? "good" : undefined}>
      {last_success_at
        ? t("manage.integration.states.works")
        : t("manage.integration.states.nothingYet")}
    </span>
  );
}

interface RowProps {
  endpoint: Endpoint;
  onOpen: () => void;
  onTested: (delivery: string) => void;
}

function Row({ endpoint, onOpen, onTested }: RowProps) {
  const { t } = useTranslation();
  const { api } = useServices();
  const test = useChange(
    () => testEndpoint(api, endpoint.id),
    ({ delivery }) => onTested(delivery.id),
  );
  const toggle = useChange(
    (active: boolean) => changeEndpoint(api, endpoint.id, { active }),
    (_, active) =>
      tell(t(active ? "manage.integration.switchedOn" : "manage.integration.switchedOff"), () =>
        toggle.mutate(!active),
      ),
  );
  const about = [
    ...endpoint.events.map((name) => t(`manage.integration.events.${EVENT_WORDS[name]}`)),
    endpoint.waiting ? t("manage.integration.waiting", { count: endpoint.waiting }) : null,
    endpoint.failed ? t("manage.integration.failed", { count: endpoint.failed }) : null,
  ];
  return (
    <li className={`${list.row} ${classes.row}`} data-testid={`endpoint-${endpoint.note}`}>
      <span className={`${list.two} ${list.grow}`}>
        <strong className={classes.url}>{endpoint.note || endpoint.url}</strong>
        {endpoint.note ? <small className={classes.url}>{endpoint.url}</small> : null}
        <small className={classes.events}>{about.filter(Boolean).join(" · ")}</small>
        {endpoint.gone_at ? <small>{t("manage.integration.goneHint")}</small> : null}
      </span>
      <State endpoint={endpoint} />
      <span className={classes.actions}>
        <Switch
          aria-label={t("manage.integration.active", { name: endpoint.note || endpoint.url })}
          checked={endpoint.active}
          disabled={toggle.isPending}
          onChange={(event) => toggle.mutate(event.currentTarget.checked)}
        />
        <Button
          size="sm"
          variant="light"
          loading={test.isPending}
          data-testid="test-endpoint"
          onClick={() => test.mutate(undefined)}
        >
          {t("manage.integration.test")}
        </Button>
        <Button size="sm" variant="subtle" data-testid="open-endpoint" onClick={onOpen}>
          {t("manage.integration.edit")}
        </Button>
      </span>
    </li>
  );
}

export function Endpoints() {
  const { t } = useTranslation();
  const { api } = useServices();
  const query = useQuery(endpointsQuery(api));
  const [opened, setOpened] = useState<Endpoint | "new" | null>(null);
  const [secret, setSecret] = useState<string | null>(null);
  const [tested, setTested] = useState<string | null>(null);
  const endpoints = query.data?.items ?? [];
  return (
    <>
      <div className={list.tools}>
        <Button
          leftSection={<Icon name="add" size={17} />}
          data-testid="add-endpoint"
          onClick={() => setOpened("new")}
        >
          {t("manage.integration.add")}
        </Button>
      </div>
      <ListCard
        loading={query.isPending}
        error={query.data ? null : query.error}
        retry={() => void query.refetch()}
        empty={
          endpoints.length === 0 ? (
            <Empty
              icon="link"
              title={t("manage.integration.empty")}
              hint={t("manage.integration.emptyHint")}
            />
          ) : null
        }
      >
        <ul data-testid="endpoints">
          {endpoints.map((endpoint) => (
            <Row
              key={endpoint.id}
              endpoint={endpoint}
              onOpen={() => setOpened(endpoint)}
              onTested={setTested}
            />
          ))}
        </ul>
      </ListCard>
      {opened ? (
        <EndpointDialog
          endpoint={opened === "new" ? null : opened}
          onSecret={setSecret}
          onClose={() => setOpened(null)}
        />
      ) : null}
      {secret ? <SecretDialog secret={secret} onClose={() => setSecret(null)} /> : null}
      {tested ? <DeliveryDialog id={tested} onClose={() => setTested(null)} /> : null}
    </>
  );
}
