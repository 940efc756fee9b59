import { useTranslation } from "react-i18next";
import type { Call } from "../../api/types";
import { outcomeKey, wentWrong } from "./outcome";
import { useParty } from "./use-party";

/** Whether the call goes on without me. */
export function wasHandedOver(call: Call): boolean {
  return call.state === "transferred" || call.cause === "transferred";
}

/** How the call ended, in plain words. */
export function useEndWords(call: Call): string {
  const { t } = useTranslation();
  const party = useParty();
  if (wasHandedOver(call)) {
    const name = call.colleague_name;
    return name ? t("ending.transferredTo", { name }) : t("ending.transferred");
  }
  if (call.direction === "internal" && call.outcome !== "answered") {
    const reason = call.cause;
    const known = reason === "declined" || reason === "no-answer" || reason === "not-live";
    if (known) return t(`ending.reasons.${reason}`, { name: party(call) });
  }
  const outcome = t(`outcomes.${outcomeKey(call)}`);
  return wentWrong(call) ? call.detail || outcome : outcome;
}
