/** A task whose calls do not fit what is booked for it, while it is talked on. */
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { PhoneShare } from "../../api/types";
import { keys } from "../shared/queries";
import { useServices } from "../shared/services";
import { tell, warn } from "../shared/toasts";
import { errorText } from "../shared/trouble";
import { useShare } from "./use-share";

export interface FactorWarning {
  share: PhoneShare;
  area: NonNullable<PhoneShare["right_area"]>;
  busy: boolean;
  /** Book the area that fits and tell the customer, in one step. */
  inform: () => void;
  /** Put away until something else does not fit, or work time is booked anew. */
  close: () => void;
}

const SEEN = "pbx.factor-seen";

function seenBefore(mark: string): boolean {
  return sessionStorage.getItem(SEEN) === mark;
}

/** `always`: also what was put away. */
export function useFactorWarning(task: string | null, always = false): FactorWarning | null {
  const { t } = useTranslation();
  const { api } = useServices();
  const queries = useQueryClient();
  const share = useShare(task);
  const [busy, setBusy] = useState(false);
  const [, redraw] = useState(0);
  const area = share?.right_area;
  if (!task || !share?.mismatch || !area) return null;
  const mark = [task, share.mismatch, area, share.work_seconds].join(" ");
  if (!always && seenBefore(mark)) return null;
  return {
    share,
    area,
    busy,
    inform: () => {
      setBusy(true);
      api
        .informCustomer(task, { area })
        .then(() => tell(t("factor.done", { area: t(`areas.${area}`) })))
        .catch((error: unknown) => warn(errorText(error)))
        .finally(() => {
          setBusy(false);
          void queries.invalidateQueries({ queryKey: keys.share(task) });
          void queries.invalidateQueries({ queryKey: keys.tasks });
        });
    },
    close: () => {
      sessionStorage.setItem(SEEN, mark);
      redraw((n) => n + 1);
    },
  };
}
