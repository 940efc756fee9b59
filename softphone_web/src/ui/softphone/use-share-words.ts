import { useTranslation } from "react-i18next";
import type { PhoneShare } from "../../api/types";
import { clock } from "../shared/format";
import { levelOf, minutesLeft, secondsLeft } from "./share-level";

/** How much is used, for a glance. */
export function useShareFigures(): (share: PhoneShare) => string {
  const { t } = useTranslation();
  return (share) => {
    const phone = clock(share.phone_seconds);
    if (share.work_seconds === 0) return t("share.noWork", { phone });
    return t("share.of", { phone, included: clock(share.included_seconds) });
  };
}

/** What that means and where it leads; empty while there is nothing to say. */
export function useShareForecast(): (share: PhoneShare, talking: boolean) => string {
  const { t } = useTranslation();
  return (share, talking) => {
    const level = levelOf(share);
    if (level === "over" && share.work_seconds > 0) {
      return t("share.over", { area: t(`areas.${share.suggested_area}`) });
    }
    const left = secondsLeft(share);
    if (left === null || level === "over") return "";
    if (talking) return t("share.usedUpIn", { count: minutesLeft(left) });
    return level === "fine" ? "" : t("share.left", { left: clock(left) });
  };
}
