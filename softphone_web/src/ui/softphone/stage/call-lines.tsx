/** My other calls, one line each: who, in which state, and the way back to them. */
import { useTranslation } from "react-i18next";
import type { Call } from "../../../api/types";
import { meaning } from "../../../phone/call-state";
import { Icon, type IconName } from "../../shared/icons";
import { useMe, usePhone, useServices } from "../../shared/services";
import { CallTimer } from "../call-timer";
import { canJoin, consultationIn, othersOf } from "../conversation";
import { useParty } from "../use-party";
import classes from "./call-lines.module.css";

interface ActionProps {
  icon: IconName;
  label: string;
  testId: string;
  onClick: () => void;
}

function Action({ icon, label, testId, onClick }: ActionProps) {
  const { busy } = usePhone();
  return (
    <button
      type="button"
      className={classes.action}
      data-testid={testId}
      disabled={busy !== null}
      onClick={onClick}
    >
      <Icon name={icon} size={17} />
      {label}
    </button>
  );
}

function useLineWords(call: Call, paired: boolean): string {
  const { t } = useTranslation();
  if (call.state === "held") return t(paired ? "stage.line.waits" : "stage.line.held");
  if (call.state === "joined") return t("stage.line.joined");
  return t(`call.states.${call.state}`);
}

interface LineProps {
  call: Call;
  /** The one on the stage. */
  active: Call;
  /** One of a consultation, whose own bar has the buttons for it. */
  paired: boolean;
}

/** What can be done with this call, below its name. */
function LineActions({ call, active, paired }: LineProps) {
  const { t } = useTranslation();
  const { phone } = useServices();
  const me = useMe();
  if (call.state === "joined") {
    return (
      <div className={classes.actions}>
        <Action
          icon="hold"
          label={t("stage.takeOut")}
          testId="take-out"
          onClick={() => void phone.hold(call.id)}
        />
        <Action
          icon="transfer"
          label={t("stage.leave")}
          testId="transfer-complete"
          onClick={() => void phone.complete()}
        />
      </div>
    );
  }
  if (call.state !== "held" || paired) return null;
  const swap = active.state === "talking";
  return (
    <div className={classes.actions}>
      <Action
        icon={swap ? "swap" : "resume"}
        label={swap ? t("stage.swap") : t("stage.resume")}
        testId="resume-button"
        onClick={() => void phone.resume(call.id)}
      />
      {canJoin(active, call, me.email) ? (
        <Action
          icon="conference"
          label={t("stage.join")}
          testId="join-button"
          onClick={() => void phone.join()}
        />
      ) : null}
    </div>
  );
}

function Line({ call, active, paired }: LineProps) {
  const { t } = useTranslation();
  const { phone } = useServices();
  const { receivedAt } = usePhone();
  const party = useParty();
  const words = useLineWords(call, paired);
  const name = party(call);
  return (
    <li
      className={classes.line}
      data-testid={`call-line-${call.id}`}
      data-state={call.state}
      data-linked-as={call.linked_as ?? undefined}
    >
      <span className={classes.sign}>
        <Icon name={call.state === "held" ? "hold" : "people"} size={18} />
      </span>
      <span className={classes.who}>
        <strong className="tabular">{name}</strong>
        <small>
          {words}
          {meaning(call.state).counts ? (
            <>
              {" · "}
              <CallTimer call={call} callAt={receivedAt[call.id] ?? 0} testId="line-timer" />
            </>
          ) : null}
        </small>
      </span>
      <button
        type="button"
        className={classes.hangup}
        data-testid="line-hangup"
        aria-label={t("stage.hangUpOf", { name })}
        title={t("stage.hangUpOf", { name })}
        onClick={() => void phone.hangUp(call.id)}
      >
        <Icon name="hangup" size={19} />
      </button>
      <LineActions call={call} active={active} paired={paired} />
    </li>
  );
}

export function CallLines({ active }: { active: Call }) {
  const { t } = useTranslation();
  const { calls } = usePhone();
  const others = othersOf(active, calls);
  const pair = consultationIn(calls);
  if (others.length === 0) return null;
  return (
    <ul className={classes.lines} aria-label={t("stage.others")}>
      {others.map((call) => (
        <Line
          key={call.id}
          call={call}
          active={active}
          paired={pair !== null && (pair.first.id === call.id || pair.consult.id === call.id)}
        />
      ))}
    </ul>
  );
}
