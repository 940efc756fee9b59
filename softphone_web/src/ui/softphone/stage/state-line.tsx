/** The clock and, in words, what is going on. Changes are read aloud. */
import { useTranslation } from "react-i18next";
import type { Call } from "../../../api/types";
import { meaning, stageOf } from "../../../phone/call-state";
import { useMe, usePhone } from "../../shared/services";
import { CallTimer } from "../call-timer";
import { guestsOf, transferTarget } from "../conversation";
import { useParty } from "../use-party";
import classes from "./state-line.module.css";

function useStateWords(call: Call): { words: string; hint: string; waits: boolean } {
  const { t } = useTranslation();
  const { calls, leg, ending, busy } = usePhone();
  const me = useMe();
  const party = useParty();
  const says = (words: string, hint = "", waits = true) => ({ words, hint, waits });
  if (ending) return says(t("call.ending"));
  if (busy && busy !== "placing" && busy !== "answering") return says(t(`stage.busy.${busy}`));
  if (call.state === "transferring") {
    const name = transferTarget(call, calls, me.email);
    const words = name ? t("stage.transferringTo", { name }) : t("stage.transferring");
    return says(words, t("stage.transferringHint", { name: party(call) }));
  }
  if (call.state === "held") {
    return says(t("stage.held"), t("stage.heldHint", { name: party(call) }), false);
  }
  if (stageOf(call, false, null, leg) === "returning") {
    return says(t("call.returning"), t("stage.returningHint"));
  }
  const guests = guestsOf(call, calls);
  if (guests.length > 0) {
    const name = guests.map(party).join(", ");
    return says(t("stage.conference", { name }), t("stage.conferenceHint"), false);
  }
  if (call.direction === "internal" && call.state === "ringing") {
    return says(t("stage.ringsAt", { name: party(call) }));
  }
  return says(t(`call.states.${call.state}`), "", !meaning(call.state).counts);
}

export function StateLine({ call, callAt }: { call: Call; callAt: number }) {
  const { leg } = usePhone();
  const { counts } = meaning(call.state);
  const { words, hint, waits } = useStateWords(call);
  const calm = counts && call.state !== "held" && !waits;
  return (
    <div className={classes.state} data-calm={calm || undefined} data-held={call.state === "held"}>
      <CallTimer call={call} callAt={callAt} className={classes.timer} />
      <p
        className={classes.words}
        data-testid="call-state"
        data-state={call.state}
        data-leg={leg}
        aria-live="polite"
      >
        {waits ? <span className={classes.dots} /> : null}
        {words}
      </p>
      {hint ? <p className={classes.hint}>{hint}</p> : null}
    </div>
  );
}
