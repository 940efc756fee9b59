/** The phone at the left, the last calls at the right; on a telephone one below the other. */
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { stageOf } from "../../phone/call-state";
import { usePhone } from "../shared/services";
import { CallStage } from "./call-stage";
import { DialForm } from "./dial-form";
import { change, fill } from "./draft";
import { IncomingCard } from "./incoming-card";
import { RecentCalls } from "./recent-calls";
import classes from "./softphone-page.module.css";
import { useTaskById } from "./use-number";

/** A link such as /call?task=4711&to=+4930123456 fills the form; the user still presses Call. */
function useDeepLink(): void {
  const [link] = useState(() => new URLSearchParams(window.location.search));
  const task = useTaskById(link.get("task"));
  useEffect(() => {
    const to = link.get("to");
    if (to) fill({ number: to.replace(/^tel:/, "") });
    if (window.location.search) window.history.replaceState(null, "", window.location.pathname);
  }, [link]);
  useEffect(() => {
    if (task) change({ task });
  }, [task]);
}

/** After a call that was answered the field is empty for the next one. */
function useTidyNumber(): void {
  const { ended } = usePhone();
  useEffect(() => {
    if (ended?.direction === "outbound" && ended.outcome === "answered") change({ number: "" });
  }, [ended]);
}

function Stage() {
  const { call, busy, ring, leg } = usePhone();
  const stage = stageOf(call, busy === "placing", ring, leg);
  if (call) return <CallStage key={call.id} call={call} />;
  if (ring && stage === "offered") return <IncomingCard ring={ring} />;
  return <DialForm />;
}

export function SoftphonePage() {
  const { t } = useTranslation();
  useDeepLink();
  useTidyNumber();
  return (
    <div className={classes.page}>
      <h1 className="visually-hidden">{t("menu.phone")}</h1>
      <div className={classes.phone}>
        <Stage />
      </div>
      <RecentCalls />
    </div>
  );
}
