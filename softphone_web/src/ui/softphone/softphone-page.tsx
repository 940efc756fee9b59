/** The phone at the left, the last calls at the right; on a telephone one below the other. */
import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { stageOf } from "../../phone/call-state";
import { keys } from "../shared/queries";
import { usePhone } from "../shared/services";
import { AskCountryDialog } from "./ask-country";
import { AskHandoverDialog } from "./ask-handover";
import { DialForm } from "./dial-form";
import { change } from "./draft";
import { IncomingCard } from "./incoming-card";
import { SideColumn } from "./side-column";
import classes from "./softphone-page.module.css";
import { SoundBanner } from "./sound-banner";
import { CallStage } from "./stage/call-stage";
import { useDeepLink } from "./use-deep-link";

/** After a call that was answered the field is empty for the next one. */
function useTidyNumber(): void {
  const { ended } = usePhone();
  const queries = useQueryClient();
  useEffect(() => {
    if (ended?.direction === "outbound" && ended.outcome === "answered") change({ number: "" });
    // Which task was used last has changed.
    if (ended) void queries.invalidateQueries({ queryKey: keys.tasks });
  }, [ended, queries]);
}

function Stage() {
  const { call, busy, ring, leg } = usePhone();
  const stage = stageOf(call, busy === "placing", ring, leg);
  if (call) return <CallStage key={call.id} call={call} />;
  if (ring && stage === "offered") return <IncomingCard key={ring.id} ring={ring} />;
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
      <SideColumn />
      <SoundBanner />
      <AskCountryDialog />
      <AskHandoverDialog />
    </div>
  );
}
