/** One endpoint: address, events, another secret, sending a span again, removing. */
import { Button, Switch, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Dialog } from "../../shared/dialog";
import { dayKey, moment } from "../../shared/format";
import { useLanguage, useServices } from "../../shared/services";
import { tell } from "../../shared/toasts";
import classes from "./integration.module.css";
import {
  addEndpoint,
  changeEndpoint,
  type Endpoint,
  EVENT_WORDS,
  EVENTS,
  type EventName,
  removeEndpoint,
  renewSecret,
  replaySpan,
  useChange,
} from "./integration-api";

interface Props {
  endpoint: Endpoint | null;
  onSecret: (secret: string) => void;
  onClose: () => void;
}

interface Fields {
  url: string;
  note: string;
  events: EventName[];
}

const START: Fields = { url: "https://", note: "", events: [...EVENTS] };

function useSave({ endpoint, onSecret, onClose }: Props) {
  const { t } = useTranslation();
  const { api } = useServices();
  const add = useChange(
    (fields: Fields) => addEndpoint(api, fields),
    ({ secret }) => {
      onClose();
      onSecret(secret);
    },
  );
  const change = useChange(
    ({ id, fields }: { id: string; fields: Fields; before: Fields | null }) =>
      changeEndpoint(api, id, fields),
    (_, { id, before }) => {
      onClose();
      const undo = before ? () => change.mutate({ id, fields: before, before: null }) : undefined;
      tell(t("manage.integration.saved"), undo);
    },
  );
  return {
    busy: add.isPending || change.isPending,
    save: (fields: Fields) => {
      if (!endpoint) return add.mutate(fields);
      const { id, url, note, events } = endpoint;
      change.mutate({ id, fields, before: { url, note, events } });
    },
  };
}

function Replay({ endpoint }: { endpoint: Endpoint }) {
  const { t } = useTranslation();
  const { api } = useServices();
  const today = dayKey(new Date());
  const [since, setSince] = useState(`${today}T00:00`);
  const [until, setUntil] = useState(`${today}T23:59`);
  const send = useChange(
    () =>
      replaySpan(api, endpoint.id, new Date(since).toISOString(), new Date(until).toISOString()),
    ({ events }) => tell(t("manage.integration.replayed", { count: events })),
  );
  return (
    <section className={classes.part} aria-label={t("manage.integration.replayTitle")}>
      <h3>{t("manage.integration.replayTitle")}</h3>
      <p>{t("manage.integration.replayHint")}</p>
      <div className={classes.span}>
        <TextInput
          type="datetime-local"
          label={t("manage.integration.from")}
          value={since}
          onChange={(event) => setSince(event.currentTarget.value)}
        />
        <TextInput
          type="datetime-local"
          label={t("manage.integration.to")}
          value={until}
          onChange={(event) => setUntil(event.currentTarget.value)}
        />
        <Button
          variant="light"
          disabled={!since || !until}
          loading={send.isPending}
          onClick={() => send.mutate(undefined)}
        >
          {t("manage.integration.replaySpan")}
        </Button>
      </div>
    </section>
  );
}

function Keys({ endpoint, onSecret, onClose }: Props & { endpoint: Endpoint }) {
  const { t } = useTranslation();
  const { api } = useServices();
  const language = useLanguage();
  const renew = useChange(
    () => renewSecret(api, endpoint.id),
    ({ secret }) => {
      onClose();
      onSecret(secret);
    },
  );
  const remove = useChange(
    () => removeEndpoint(api, endpoint.id),
    () => {
      onClose();
      tell(t("manage.integration.removed"));
    },
  );
  const until = endpoint.old_secret_until;
  return (
    <section className={classes.part} aria-label={t("manage.integration.secret")}>
      <h3>{t("manage.integration.secret")}</h3>
      <p>
        {until && new Date(until) > new Date()
          ? t("manage.integration.oldSecret", { at: moment(until, language) })
          : t("manage.integration.renewHint")}
      </p>
      <div className={classes.span}>
        <Button
          variant="light"
          loading={renew.isPending}
          data-testid="renew-secret"
          onClick={() => renew.mutate(undefined)}
        >
          {t("manage.integration.renew")}
        </Button>
        {endpoint.active ? null : (
          <Button
            variant="subtle"
            color="red"
            loading={remove.isPending}
            data-testid="remove-endpoint"
            onClick={() => remove.mutate(undefined)}
          >
            {t("manage.integration.remove")}
          </Button>
        )}
      </div>
      {endpoint.active ? <p>{t("manage.integration.removeHint")}</p> : null}
    </section>
  );
}

export function EndpointDialog(props: Props) {
  const { endpoint, onClose } = props;
  const { t } = useTranslation();
  const [fields, setFields] = useState<Fields>(endpoint ?? START);
  const { save, busy } = useSave(props);
  const put = (part: Partial<Fields>) => setFields({ ...fields, ...part });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save({ url: fields.url, note: fields.note, events: fields.events });
  };
  const title = endpoint ? t("manage.integration.editTitle") : t("manage.integration.add");
  return (
    <Dialog title={title} side onClose={onClose}>
      <form className={classes.form} onSubmit={submit}>
        <TextInput
          label={t("manage.integration.url")}
          description={t("manage.integration.urlHint")}
          type="url"
          required
          maxLength={2000}
          data-testid="endpoint-url"
          value={fields.url}
          onChange={(event) => put({ url: event.currentTarget.value })}
        />
        <TextInput
          label={t("manage.integration.note")}
          description={t("manage.integration.noteHint")}
          maxLength={200}
          data-testid="endpoint-note"
          value={fields.note}
          onChange={(event) => put({ note: event.currentTarget.value })}
        />
        <Switch.Group
          label={t("manage.integration.which")}
          value={fields.events}
          onChange={(events) => put({ events: events as EventName[] })}
        >
          <div className={classes.checks}>
            {EVENTS.map((name) => (
              <Switch
                key={name}
                value={name}
                label={t(`manage.integration.events.${EVENT_WORDS[name]}`)}
                description={name}
              />
            ))}
          </div>
        </Switch.Group>
        <Button
          type="submit"
          disabled={fields.events.length === 0}
          loading={busy}
          data-testid="save-endpoint"
        >
          {t("manage.integration.save")}
        </Button>
      </form>
      {endpoint ? (
        <>
          <Replay endpoint={endpoint} />
          <Keys {...props} endpoint={endpoint} />
        </>
      ) : null}
    </Dialog>
  );
}
