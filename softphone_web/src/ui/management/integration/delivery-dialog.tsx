/** One delivery: what is sent, every attempt, sending it again. */
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Dialog } from "../../shared/dialog";
import { moment, time } from "../../shared/format";
import { useLanguage, useServices } from "../../shared/services";
import { tell } from "../../shared/toasts";
import { LoadFailed } from "../../shared/trouble";
import list from "../list.module.css";
import classes from "./integration.module.css";
import {
  type Attempt,
  type DeliveryDetail,
  deliveryQuery,
  EVENT_WORDS,
  replay,
  TONES,
  useChange,
} from "./integration-api";

const ERRORS = {
  timeout: "timeout",
  unreachable: "unreachable",
  tls: "tls",
  "not-allowed": "notAllowed",
  "no-secret": "noSecret",
} as const;

/** Nothing more is wanted there: no attempt follows. */
const GONE = 410;

function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

function Tried({ attempt }: { attempt: Attempt }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const fine = attempt.status !== null && attempt.status < 300;
  return (
    <li>
      <time className="tabular" dateTime={attempt.at}>
        {time(attempt.at, language, true)}
      </time>
      <span>
        <span className={list.badge} data-tone={fine ? "good" : "bad"}>
          {attempt.error ? t(`manage.integration.errors.${ERRORS[attempt.error]}`) : attempt.status}
          {attempt.status === GONE ? ` · ${t("manage.integration.gone")}` : null}
        </span>{" "}
        <span className="tabular">{attempt.ms} ms</span>
        {attempt.reply ? <code className={classes.reply}>{attempt.reply}</code> : null}
      </span>
    </li>
  );
}

function Log({ detail }: { detail: DeliveryDetail }) {
  const { t } = useTranslation();
  const { api } = useServices();
  const language = useLanguage();
  const { delivery, body, tried } = detail;
  const again = useChange(
    () => replay(api, delivery.id),
    () => tell(t("manage.integration.replayedOne")),
  );
  return (
    <>
      <p className={classes.about}>
        <span className={list.badge} data-tone={TONES[delivery.state]} data-testid="delivery-state">
          {t(`manage.integration.deliveryStates.${delivery.state}`)}
        </span>
        {delivery.next_attempt_at && tried.length > 0
          ? t("manage.integration.again", { at: moment(delivery.next_attempt_at, language) })
          : null}
      </p>
      <section className={classes.part} aria-label={t("manage.integration.log")}>
        <h3>{t("manage.integration.log")}</h3>
        {tried.length === 0 ? <p>{t("manage.integration.noAttempt")}</p> : null}
        <ol className={classes.tried} data-testid="attempts">
          {tried.map((attempt) => (
            <Tried key={attempt.at} attempt={attempt} />
          ))}
        </ol>
        <Button
          variant="light"
          loading={again.isPending}
          disabled={delivery.state === "waiting"}
          data-testid="replay-delivery"
          onClick={() => again.mutate(undefined)}
        >
          {t("manage.integration.replay")}
        </Button>
      </section>
      <section className={classes.part} aria-label={t("manage.integration.body")}>
        <h3>{t("manage.integration.body")}</h3>
        <p className={classes.id}>
          webhook-id: <code>{delivery.event_id}</code>
        </p>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable */}
        <pre className={classes.body} tabIndex={0}>
          {pretty(body)}
        </pre>
      </section>
    </>
  );
}

export function DeliveryDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation();
  const { api } = useServices();
  const { data, error, refetch } = useQuery(deliveryQuery(api, id));
  const title = data
    ? t(`manage.integration.events.${EVENT_WORDS[data.delivery.event]}`)
    : t("manage.integration.log");
  return (
    <Dialog title={title} side onClose={onClose}>
      {error && !data ? <LoadFailed error={error} retry={() => void refetch()} /> : null}
      {data ? <Log detail={data} /> : null}
    </Dialog>
  );
}
