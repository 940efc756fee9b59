/** Whose the number is: hand it over at once or at a time, and what is planned. */
import { Button, NativeSelect, SegmentedControl, TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { moment } from "../../shared/format";
import { usersQuery } from "../../shared/queries";
import { useLanguage, useServices } from "../../shared/services";
import { tell, warn } from "../../shared/toasts";
import { errorText } from "../../shared/trouble";
import { instantOf, localOf } from "../berlin-time";
import list from "../list.module.css";
import classes from "./number-page.module.css";
import {
  cancelPlanned,
  type OurNumber,
  ownerOf,
  type Planned,
  useRefreshNumbers,
} from "./numbers-api";
import { choiceOf, ownerFrom, ownerName, ownerOptions } from "./owner";
import { useAssign } from "./use-assign";

const HOUR_MS = 3_600_000;

export function OwnerCard({ number }: { number: OurNumber }) {
  const { t } = useTranslation();
  const { api } = useServices();
  const users = useQuery(usersQuery(api)).data?.items ?? [];
  const assign = useAssign();
  const whenId = useId();
  const current = ownerOf(number);
  const [choice, setChoice] = useState<string | null>(null);
  const [later, setLater] = useState(false);
  const [at, setAt] = useState(() => localOf(new Date(Date.now() + HOUR_MS)).slice(0, 16));
  const value = choice ?? choiceOf(current);
  const from = later ? instantOf(at) : null;
  const past = later && (from === null || Date.parse(from) <= Date.now());
  const same = !later && value === choiceOf(current);
  return (
    <form
      className={classes.form}
      data-testid="number-owner"
      onSubmit={(event) => {
        event.preventDefault();
        const onSuccess = () => setChoice(null);
        assign.mutate({ number, owner: ownerFrom(value), from }, { onSuccess });
      }}
    >
      <p className={classes.owner}>
        <small>{t("manage.numbers.owner.now")}</small>
        <strong data-testid="number-owner-now">
          {ownerName(t, { ...number, head_office: number.at_head_office })}
        </strong>
      </p>
      <NativeSelect
        label={t("manage.numbers.owner.new")}
        data-testid="owner-select"
        value={value}
        onChange={(event) => setChoice(event.currentTarget.value)}
        data={ownerOptions(t, users, current)}
      />
      <div className={classes.when}>
        <span id={whenId}>{t("manage.numbers.owner.when")}</span>
        <SegmentedControl
          aria-labelledby={whenId}
          data-testid="owner-when"
          value={later ? "later" : "now"}
          onChange={(next) => setLater(next === "later")}
          data={[
            { value: "now", label: t("manage.numbers.owner.atOnce") },
            { value: "later", label: t("manage.numbers.owner.later") },
          ]}
        />
      </div>
      {later ? (
        <TextInput
          type="datetime-local"
          step={1}
          label={t("manage.numbers.owner.at")}
          description={t("manage.numbers.owner.atHint")}
          error={past ? t("manage.numbers.owner.past") : null}
          data-testid="owner-at"
          value={at}
          onChange={(event) => setAt(event.currentTarget.value)}
        />
      ) : null}
      <p className={classes.hint}>{t("manage.numbers.owner.explain")}</p>
      <div className={classes.end}>
        <Button
          type="submit"
          loading={assign.isPending}
          disabled={same || past}
          data-testid="owner-submit"
        >
          {t(later ? "manage.numbers.owner.plan" : "manage.numbers.owner.submit")}
        </Button>
      </div>
      <Plans plans={number.planned} />
    </form>
  );
}

function Plans({ plans }: { plans: readonly Planned[] }) {
  const { t } = useTranslation();
  const { api } = useServices();
  const language = useLanguage();
  const refresh = useRefreshNumbers();
  const cancel = useMutation({
    mutationFn: (plan: Planned) => cancelPlanned(api, plan.id),
    onSuccess: (plan) =>
      tell(t("manage.numbers.owner.cancelled", { when: moment(plan.at, language) })),
    onError: (error) => warn(errorText(error)),
    onSettled: refresh,
  });
  if (plans.length === 0) return null;
  return (
    <section className={classes.plans} data-testid="number-plans">
      <h3>{t("manage.numbers.owner.plans")}</h3>
      <ul>
        {plans.map((plan) => {
          const when = moment(plan.at, language);
          return (
            <li key={plan.id}>
              <div className={`${list.two} ${list.grow}`}>
                <span className="tabular">
                  {t("manage.numbers.owner.planLine", { when, name: ownerName(t, plan) })}
                </span>
                <small>
                  {plan.by_name ? t("manage.numbers.owner.planBy", { name: plan.by_name }) : null}
                </small>
              </div>
              <Button
                variant="light"
                size="sm"
                disabled={cancel.isPending}
                aria-label={t("manage.numbers.owner.cancelFor", { when })}
                onClick={() => cancel.mutate(plan)}
              >
                {t("manage.numbers.owner.cancel")}
              </Button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
