import { useTranslation } from "react-i18next";
import type { Call } from "../../api/types";
import { useMe } from "../shared/services";
import { partyOf } from "./conversation";

/** Gives the far party's name as it is shown. */
export function useParty(): (call: Call) => string {
  const { t } = useTranslation();
  const me = useMe();
  return (call) => partyOf(call, me.email) ?? t("common.withheld");
}
