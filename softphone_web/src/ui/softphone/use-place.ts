import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import type { Trouble } from "../../phone/types";
import { checkQuery } from "../shared/queries";
import { useLanguage, useServices } from "../shared/services";
import { draft } from "./draft";
import { EMERGENCY, isEmergency } from "./use-check";

/** Places the call that the draft describes, once the server allowed its number. */
export function usePlace(): () => Promise<void> {
  const { api, phone } = useServices();
  const queries = useQueryClient();
  return async () => {
    const { task, country, number } = draft.snapshot();
    const typed = number.trim();
    if (!typed) return;
    // Enter may come before the answer on the last digit. Where there is no answer, the
    // server decides when the call is placed, and says what is wrong.
    const query = checkQuery(api, country, typed, task?.external_id);
    const check = await queries.fetchQuery(query).catch(() => null);
    if (isEmergency(check)) phone.refuse({ errorId: EMERGENCY, detail: check?.detail ?? "" });
    else if (task && check?.allowed !== false) {
      await phone.place({ task: task.external_id, country, number: typed });
    }
  };
}

/** Whoever dials an emergency number in vain must also hear why. */
export function useSpokenRefusal(trouble: Trouble | null): void {
  const language = useLanguage();
  useEffect(() => {
    if (trouble?.errorId !== EMERGENCY) return;
    const announcement = new Audio(`/prompts/${language}/emergency.wav`);
    announcement.play().catch(() => undefined);
    return () => announcement.pause();
  }, [trouble, language]);
}
