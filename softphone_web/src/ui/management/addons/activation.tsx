/** Configuring number and greeting, and the test call that proves it. */
import { Button, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { moment } from "../../shared/format";
import { useLanguage, useMe, useServices } from "../../shared/services";
import { tell } from "../../shared/toasts";
import { instantOf } from "../berlin-time";
import { TestCallList } from "../test-call";
import classes from "./addons.module.css";
import { activate, cancelActivation, type Order, testCall, useAddonChange } from "./addons-api";

function Planned({ order }: { order: Order }) {
  const { t } = useTranslation();
  const { api } = useServices();
  const language = useLanguage();
  const cancel = useAddonChange(
    () => cancelActivation(api, order.id),
    () => tell(t("manage.addons.activation.cancelled")),
  );
  return (
    <p className={classes.planned}>
      {t("manage.addons.activation.planned", { at: moment(order.activate_at ?? "", language) })}
      <Button
        size="sm"
        variant="light"
        loading={cancel.isPending}
        onClick={() => cancel.mutate(undefined)}
      >
        {t("manage.addons.activation.cancel")}
      </Button>
    </p>
  );
}

export function Activation({ order }: { order: Order }) {
  const { t } = useTranslation();
  const { api } = useServices();
  const language = useLanguage();
  const me = useMe();
  const [when, setWhen] = useState("");
  const run = useAddonChange(
    (at: string | null) => activate(api, order.id, at),
    (now) => tell(t(`manage.addons.activation.${now.activated_at ? "done" : "willBe"}`)),
  );
  const configured = order.step_list.find(({ step }) => step === "configured");
  if (order.activated_at) {
    const at = moment(order.activated_at, language);
    return (
      <p className={classes.planned} data-testid="activated">
        {t("manage.addons.activation.since", { at })}{" "}
        {order.charged ? t("manage.addons.activation.charged") : ""}
      </p>
    );
  }
  if (order.state !== "open" || !configured || !me.rights.includes("numbers")) return null;
  const missing = !order.did
    ? t("manage.addons.activation.needsNumber")
    : order.greeting !== "none" && !order.greeting_id
      ? t("manage.addons.activation.needsGreeting")
      : null;
  return (
    <section className={classes.partOf} aria-label={t("manage.addons.activation.title")}>
      <h3>{t("manage.addons.activation.title")}</h3>
      {order.activate_at ? <Planned order={order} /> : null}
      {missing ? <p>{missing}</p> : null}
      <div className={classes.ask}>
        <Button
          data-testid="activate"
          disabled={!configured.can || missing !== null}
          loading={run.isPending}
          onClick={() => run.mutate(null)}
        >
          {t("manage.addons.activation.now")}
        </Button>
        <TextInput
          type="datetime-local"
          size="sm"
          label={t("manage.addons.activation.at")}
          value={when}
          onChange={(event) => setWhen(event.currentTarget.value)}
        />
        <Button
          variant="light"
          size="sm"
          disabled={!when || !configured.can || missing !== null}
          onClick={() => run.mutate(instantOf(when))}
        >
          {t("manage.addons.activation.plan")}
        </Button>
      </div>
    </section>
  );
}

export function TestCalls({ order }: { order: Order }) {
  const { t } = useTranslation();
  const { api } = useServices();
  const me = useMe();
  const start = useAddonChange(() => testCall(api, order.id));
  const running = order.test_call === "running";
  const may = order.state === "open" && order.did !== null && me.rights.includes("numbers");
  if (!may && order.test_calls.length === 0) return null;
  return (
    <section className={classes.partOf} aria-label={t("manage.addons.test.title")}>
      <h3>{t("manage.addons.test.title")}</h3>
      {may ? (
        <div className={classes.ask}>
          <Button
            variant="light"
            data-testid="test-order"
            loading={running || start.isPending}
            onClick={() => start.mutate(undefined)}
          >
            {t("manage.addons.test.start")}
          </Button>
        </div>
      ) : null}
      <TestCallList calls={order.test_calls} />
    </section>
  );
}
