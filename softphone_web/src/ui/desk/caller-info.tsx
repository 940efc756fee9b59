/** What is known of a far party: name, company, task, the last calls. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Call, CallerInfo as Info } from "../../api/types";
import { clock, moment } from "../shared/format";
import { Icon } from "../shared/icons";
import { callerQuery } from "../shared/queries";
import { useLanguage, useServices } from "../shared/services";
import { outcomeKey } from "../softphone/outcome";
import classes from "./caller-info.module.css";

interface CallerInfoProps {
  /** E.164; null where it is withheld. */
  number: string | null;
  /** Id of the call that is shown, which is no earlier one. */
  callId?: string | undefined;
  /** How many of the last calls are listed, at most 5. */
  calls?: number;
  /** Whether name and company are shown here, or by what surrounds it. */
  named?: boolean;
}

function LastCall({ call }: { call: Call }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const talked = call.talk_seconds > 0;
  return (
    <li>
      <Icon name={call.direction} size={14} />
      <span className="visually-hidden">{t(`recent.${call.direction}`)}</span>
      <span className={`${classes.when} tabular`}>{moment(call.offered_at, language)}</span>
      <span className={classes.quiet}>
        {talked
          ? t("desk.caller.answered", { time: clock(call.talk_seconds) })
          : t(`outcomes.${outcomeKey(call)}`)}
        {call.task_title ? ` · ${call.task_title}` : ""}
      </span>
    </li>
  );
}

function Who({ info }: { info: Info }) {
  if (!info.name && !info.company) return null;
  return (
    <p className={classes.who}>
      <strong>{info.name ?? info.company}</strong>
      {info.name && info.company ? <span className={classes.quiet}>{info.company}</span> : null}
    </p>
  );
}

export function CallerInfo({ number, callId, calls = 3, named = true }: CallerInfoProps) {
  const { t } = useTranslation();
  const { api } = useServices();
  const { data } = useQuery({ ...callerQuery(api, number ?? ""), enabled: number !== null });
  if (!number) return null;
  const last = data?.calls.filter((each) => each.id !== callId).slice(0, calls) ?? [];
  return (
    <section
      className={classes.info}
      data-testid="caller-info"
      data-state={data ? "known" : "loading"}
      data-room={calls > 0 || undefined}
      aria-label={t("desk.caller.label", { number: data?.national ?? number })}
    >
      {data && named ? <Who info={data} /> : null}
      {data?.task ? (
        <p className={classes.task}>
          <Icon name="list" size={15} />
          <span className="visually-hidden">{t("desk.caller.task")}:</span>
          <span>{data.task_title ?? data.task}</span>
        </p>
      ) : null}
      {data?.note ? <p className={`${classes.note} ${classes.quiet}`}>{data.note}</p> : null}
      {last.length > 0 ? (
        <ul className={classes.last} aria-label={t("desk.caller.last")}>
          {last.map((call) => (
            <LastCall key={call.id} call={call} />
          ))}
        </ul>
      ) : null}
      {data && calls > 0 && last.length === 0 ? (
        <p className={classes.quiet}>{t("desk.caller.first")}</p>
      ) : null}
    </section>
  );
}
