/** The factor guard: tasks whose calls do not fit the booked factor, and what is done about it. */
import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { clock, decimal } from "../../shared/format";
import { useLanguage, useServices } from "../../shared/services";
import { tell } from "../../shared/toasts";
import list from "../list.module.css";
import { More } from "../parts";
import classes from "./billing.module.css";
import {
  closeFinding,
  type Finding,
  type FindingClose,
  findingsQuery,
  unbookArea,
  useChange,
} from "./billing-api";
import { useEuros } from "./use-euros";

type How = "corrected" | "informed" | "accepted";
type Tell = NonNullable<FindingClose["tell"]>;

const TELLS = ["", "customer", "de", "en"] as const;
const TELL = "pbx.guard-tell";

/** Whether the customer is sent a text as well, and in which language; kept for the next one. */
function useTell() {
  const [tells, setTells] = useState(
    () => TELLS.find((each) => each === localStorage.getItem(TELL)) ?? "",
  );
  return {
    tells,
    setTells: (text: string) => {
      localStorage.setItem(TELL, text);
      setTells(TELLS.find((each) => each === text) ?? "");
    },
  };
}

function useClose(finding: Finding) {
  const { t } = useTranslation();
  const { api } = useServices();
  const back = useChange(() => unbookArea(api, finding.task, finding.booked_area));
  return useChange(
    ({ how, reason, sent }: { how: How; reason: string; sent: Tell | null }) => {
      const { task, month, right_area } = finding;
      return closeFinding(api, { task, month, right_area, how, reason, tell: sent });
    },
    (_, { how, sent }) => {
      // What was said to a customer cannot be taken back.
      const undo = how === "corrected" && !sent ? () => back.mutate(undefined) : undefined;
      tell(t(`manage.statements.guard.done.${how}`, { task: finding.title }), undo);
    },
  );
}

function Actions({ finding }: { finding: Finding }) {
  const { t } = useTranslation();
  const [reason, setReason] = useState<string | null>(null);
  const close = useClose(finding);
  const { tells, setTells } = useTell();
  const say = (how: How) =>
    close.mutate({ how, reason: reason ?? "", sent: how === "accepted" ? null : tells || null });
  const area = t(`areas.${finding.right_area}`);
  return (
    <div className={classes.actions}>
      <NativeSelect
        size="sm"
        label={t("manage.statements.guard.tell")}
        value={tells}
        onChange={(event) => setTells(event.currentTarget.value)}
        data={TELLS.map((value) => ({
          value,
          label: t(`manage.statements.guard.tells.${value || "none"}`),
        }))}
      />
      <Button size="sm" disabled={close.isPending} onClick={() => say("corrected")}>
        {t("manage.statements.guard.correct", { area })}
      </Button>
      <Button size="sm" variant="light" disabled={close.isPending} onClick={() => say("informed")}>
        {t("manage.statements.guard.inform")}
      </Button>
      {reason === null ? (
        <Button size="sm" variant="subtle" onClick={() => setReason("")}>
          {t("manage.statements.guard.accept")}
        </Button>
      ) : (
        <>
          <TextInput
            size="sm"
            label={t("manage.statements.guard.reason")}
            maxLength={1000}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          <Button
            size="sm"
            variant="light"
            disabled={!reason.trim() || close.isPending}
            onClick={() => say("accepted")}
          >
            {t("manage.statements.guard.acceptNow")}
          </Button>
        </>
      )}
    </div>
  );
}

function Item({ finding }: { finding: Finding }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const euros = useEuros();
  return (
    <li className={classes.finding} data-testid={`finding-${finding.task}`}>
      <span className={list.two}>
        <strong>{finding.title}</strong>
        <small>{[finding.customer, finding.task].filter(Boolean).join(" · ")}</small>
      </span>
      <span className={`${classes.risk} tabular`}>
        {finding.state === "open" ? (
          euros(finding.risk)
        ) : (
          <span className={list.badge}>{t(`manage.statements.guard.states.${finding.state}`)}</span>
        )}
      </span>
      <p>
        {t(`manage.statements.guard.why.${finding.mismatch}`, {
          time: clock(finding.wrong_ms / 1000),
          booked: t(`areas.${finding.booked_area}`),
          bookedFactor: decimal(finding.booked_factor, language),
          right: t(`areas.${finding.right_area}`),
          rightFactor: decimal(finding.right_factor, language),
        })}
        {finding.reason ? ` – ${finding.reason}` : ""}
      </p>
      {finding.state === "open" ? <Actions finding={finding} /> : null}
    </li>
  );
}

export function Guard({ month }: { month: string }) {
  const { t } = useTranslation();
  const { api } = useServices();
  const euros = useEuros();
  const query = useInfiniteQuery(findingsQuery(api, month));
  const findings = query.data?.pages.flatMap((page) => page.items) ?? [];
  const last = query.data?.pages.at(-1);
  if (!last || findings.length === 0) return null;
  return (
    <section
      className={`${list.card} ${classes.guard}`}
      aria-label={t("manage.statements.guard.title")}
      data-testid="guard"
    >
      <h2 className={classes.title}>
        {t("manage.statements.guard.title")}
        <span>
          {t("manage.statements.guard.open", { count: last.open, risk: euros(last.risk) })}
        </span>
      </h2>
      <ul>
        {findings.map((finding) => (
          <Item key={finding.task} finding={finding} />
        ))}
      </ul>
      <More query={query} />
    </section>
  );
}
