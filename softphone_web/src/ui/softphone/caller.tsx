/** Who calls: the name, the number, what is known, and for which task it may be. */
import { useTranslation } from "react-i18next";
import type { Call } from "../../api/types";
import { CallerInfo } from "../desk/caller-info";
import { Flag } from "../shared/flag";
import { numberLine } from "../shared/format";
import { useLanguage, useMe } from "../shared/services";
import classes from "./caller.module.css";
import type { Answering } from "./use-answer";
import { useParty } from "./use-party";

/** Where the call comes from: a number of ours, a colleague who hands it over. */
function Way({ ring }: { ring: Call }) {
  const { t } = useTranslation();
  const me = useMe();
  const handed = ring.direction !== "internal" && ring.colleague === me.email && ring.user_name;
  if (handed) return <span className={classes.way}>{t("ring.handedBy", { name: handed })}</span>;
  if (ring.direction === "internal")
    return <span className={classes.way}>{t("ring.internal")}</span>;
  return ring.label ? (
    <span className={classes.way}>{t("call.onNumber", { label: ring.label })}</span>
  ) : null;
}

function TaskChips({ answering }: { answering: Answering }) {
  const { t } = useTranslation();
  const { tasks, task, choose } = answering;
  if (tasks.length === 0) return <div className={classes.tasks} />;
  return (
    <fieldset className={classes.tasks} data-testid="answer-task">
      <legend>{t("call.onTask")}</legend>
      {tasks.map((each) => (
        <label key={each.id}>
          <input
            type="radio"
            name="answer-task"
            checked={each.id === task?.id}
            onChange={() => choose(each.id)}
          />
          <span>{each.title}</span>
        </label>
      ))}
    </fieldset>
  );
}

interface CallerProps {
  ring: Call;
  answering: Answering;
  /** How many of the last calls are listed. */
  calls: number;
}

export function Caller({ ring, answering, calls }: CallerProps) {
  const name = useParty()(ring);
  const language = useLanguage();
  const internal = ring.direction === "internal";
  return (
    <div className={classes.caller}>
      <strong className={`${classes.name} tabular`}>{name}</strong>
      {ring.number && !internal ? (
        <span className={`${classes.number} tabular`}>
          {ring.country ? <Flag code={ring.country} /> : null}
          {numberLine(ring, name, language)}
        </span>
      ) : null}
      <Way ring={ring} />
      {ring.number && !internal ? (
        <div className={classes.info}>
          <CallerInfo
            number={ring.number}
            callId={ring.id}
            calls={calls}
            named={!ring.party_name}
          />
        </div>
      ) : null}
      <TaskChips answering={answering} />
    </div>
  );
}
