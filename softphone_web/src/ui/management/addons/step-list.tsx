/** The steps of an order, each with who does it until when, and buttons for its result. */
import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { date, moment } from "../../shared/format";
import { Icon } from "../../shared/icons";
import { usersQuery } from "../../shared/queries";
import { useLanguage, useServices } from "../../shared/services";
import { tell } from "../../shared/toasts";
import classes from "./addons.module.css";
import { type Order, putStep, type Step, type StepPut, useAddonChange } from "./addons-api";

const ICONS = { open: "clock", done: "check", refused: "close" } as const;

function useStep(order: Order, step: Step) {
  const { t } = useTranslation();
  const { api } = useServices();
  const put = useAddonChange(
    ({ wish }: { wish: StepPut; undo: StepPut | null }) => putStep(api, order.id, step.step, wish),
    (_, { undo }) => {
      const back = undo ? () => put.mutate({ wish: undo, undo: null }) : undefined;
      tell(t("manage.addons.stepSaved", { step: step.text }), back);
    },
  );
  return put;
}

/** Who does it until when. */
function Plan({ order, step }: { order: Order; step: Step }) {
  const { t } = useTranslation();
  const { api } = useServices();
  const users = useQuery(usersQuery(api)).data?.items ?? [];
  const put = useStep(order, step);
  return (
    <div className={classes.pair}>
      <NativeSelect
        size="sm"
        label={t("manage.addons.stepOwner")}
        value={step.owner?.id ?? ""}
        onChange={(event) =>
          put.mutate({
            wish: { owner: event.currentTarget.value || null },
            undo: { owner: step.owner?.id ?? null },
          })
        }
        data={[
          { value: "", label: order.owner?.name ?? t("manage.addons.nobody") },
          ...users.map(({ id, name }) => ({ value: id, label: name })),
        ]}
      />
      <TextInput
        size="sm"
        type="date"
        label={t("manage.addons.dueOn")}
        value={step.due_on ?? ""}
        onChange={(event) =>
          put.mutate({
            wish: { due_on: event.currentTarget.value || null },
            undo: { due_on: step.due_on },
          })
        }
      />
    </div>
  );
}

/** What ends it, and what it needs to be said with. */
function Answers({ order, step }: { order: Order; step: Step }) {
  const { t } = useTranslation();
  const put = useStep(order, step);
  const [asking, setAsking] = useState<"done" | "refused" | null>(null);
  const [reason, setReason] = useState("");
  // A test call is passed by a call; said by hand, it needs a reason.
  const byHand = step.step === "test-call";
  const say = (state: "done" | "refused") =>
    put.mutate(
      { wish: { state, reason: reason.trim() }, undo: { state: "open" } },
      { onSuccess: () => setAsking(null) },
    );
  if (asking) {
    return (
      <form
        className={classes.ask}
        onSubmit={(event) => {
          event.preventDefault();
          if (reason.trim()) say(asking);
        }}
      >
        <TextInput
          label={t(
            step.step === "feasible" && asking === "refused"
              ? "manage.addons.reasonTold"
              : "manage.addons.reason",
          )}
          maxLength={4000}
          autoFocus
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <Button size="sm" type="submit" disabled={!reason.trim()} loading={put.isPending}>
          {t(`manage.addons.answers.${asking}`)}
        </Button>
        <Button size="sm" variant="subtle" onClick={() => setAsking(null)}>
          {t("manage.addons.back")}
        </Button>
      </form>
    );
  }
  return (
    <div className={classes.buttons}>
      <Button
        size="sm"
        variant={byHand ? "light" : "filled"}
        data-testid={`step-done-${step.step}`}
        loading={put.isPending}
        onClick={() => (byHand ? setAsking("done") : say("done"))}
      >
        {t(byHand ? "manage.addons.byHand" : "manage.addons.answers.done")}
      </Button>
      <Button
        size="sm"
        variant="subtle"
        data-testid={`step-refused-${step.step}`}
        onClick={() => setAsking("refused")}
      >
        {t("manage.addons.answers.refused")}
      </Button>
    </div>
  );
}

function StepRow({ order, step }: { order: Order; step: Step }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const put = useStep(order, step);
  const open = order.state === "open";
  const said = [step.by, step.at ? moment(step.at, language) : null, step.reason];
  const planned = [step.owner?.name, step.due_on ? date(step.due_on, language) : null];
  const about = (step.state === "open" ? planned : said).filter(Boolean).join(" · ");
  return (
    <li
      data-state={step.state}
      data-late={step.late || undefined}
      data-testid={`step-${step.step}`}
    >
      <Icon name={ICONS[step.state]} size={19} />
      <div>
        <strong>{step.text}</strong>
        {about ? <small>{about}</small> : null}
        {open && step.state === "open" ? (
          <>
            {step.step === "configured" ? (
              <small>{t("manage.addons.configuredHint")}</small>
            ) : step.can ? (
              <Answers order={order} step={step} />
            ) : null}
            {step.can ? (
              <details className={classes.plan}>
                <summary>{t("manage.addons.plan")}</summary>
                <Plan order={order} step={step} />
              </details>
            ) : null}
          </>
        ) : null}
        {open && step.state !== "open" && step.step !== "configured" ? (
          <Button
            size="compact-sm"
            variant="subtle"
            loading={put.isPending}
            aria-label={t("manage.addons.reopenOf", { step: step.text })}
            onClick={() => put.mutate({ wish: { state: "open" }, undo: null })}
          >
            {t("manage.addons.reopen")}
          </Button>
        ) : null}
      </div>
    </li>
  );
}

export function StepList({ order }: { order: Order }) {
  const { t } = useTranslation();
  return (
    <section className={classes.partOf} aria-label={t("manage.addons.stepsTitle")}>
      <h3>{t("manage.addons.stepsTitle")}</h3>
      <ol className={classes.steps}>
        {order.step_list.map((step) => (
          <StepRow key={step.step} order={order} step={step} />
        ))}
      </ol>
    </section>
  );
}
