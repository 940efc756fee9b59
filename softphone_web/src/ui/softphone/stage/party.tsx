/** Who is talked to, on which task, and what they see of us. */
import { useTranslation } from "react-i18next";
import type { Call } from "../../../api/types";
import { Flag } from "../../shared/flag";
import { numberLine } from "../../shared/format";
import { useLanguage } from "../../shared/services";
import { StageShare } from "../stage-share";
import { useParty } from "../use-party";
import classes from "./party.module.css";

function NumberLine({ call, name }: { call: Call; name: string }) {
  const { t } = useTranslation();
  const language = useLanguage();
  if (call.direction === "internal") {
    return <span className={classes.number}>{t("stage.colleague")}</span>;
  }
  if (!call.number) return null;
  return (
    <span className={`${classes.number} tabular`}>
      {call.country ? <Flag code={call.country} /> : null}
      {numberLine(call, name, language)}
    </span>
  );
}

export function Party({ call }: { call: Call }) {
  const { t } = useTranslation();
  const name = useParty()(call);
  const shown = call.direction === "outbound" ? call.caller_id_printed : null;
  const about = call.direction === "inbound" && call.label;
  return (
    <div
      className={classes.party}
      data-testid={`call-line-${call.id}`}
      data-state={call.state}
      data-linked-as={call.linked_as ?? undefined}
      data-active
    >
      <strong className="tabular">{name}</strong>
      <NumberLine call={call} name={name} />
      {call.task_title ? (
        <span className={classes.task}>
          <span>{call.task_title}</span>
          {call.task && call.direction !== "internal" ? <StageShare task={call.task} /> : null}
        </span>
      ) : null}
      <span className={classes.shown}>
        {shown ? t("call.shown", { number: shown }) : null}
        {about ? t("call.onNumber", { label: call.label }) : null}
      </span>
    </div>
  );
}
