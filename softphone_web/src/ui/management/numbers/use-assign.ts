/** Handing a number over, with the way back. */
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { moment } from "../../shared/format";
import { useLanguage, useServices } from "../../shared/services";
import { tell, warn } from "../../shared/toasts";
import { errorText } from "../../shared/trouble";
import {
  assignNumber,
  cancelPlanned,
  type OurNumber,
  type Owner,
  ownerOf,
  useRefreshNumbers,
} from "./numbers-api";
import { ownerName } from "./owner";

export interface HandOver {
  number: OurNumber;
  owner: Owner;
  /** ISO 8601; null: for the very next call. */
  from: string | null;
}

export function useAssign() {
  const { t } = useTranslation();
  const { api } = useServices();
  const language = useLanguage();
  const refresh = useRefreshNumbers();
  const cancel = useMutation({
    mutationFn: (id: string) => cancelPlanned(api, id),
    onError: (error) => warn(errorText(error)),
    onSettled: refresh,
  });
  const mutation = useMutation({
    // One after the other: who is chosen last has it.
    scope: { id: "assign" },
    mutationFn: ({ number, owner, from }: HandOver) => assignNumber(api, number.e164, owner, from),
    onError: (error) => warn(errorText(error)),
    onSuccess: (next, { number, from }) => {
      const known = new Set(number.planned.map((each) => each.id));
      const planned = next.planned.find((each) => !known.has(each.id));
      if (from && planned) {
        const name = ownerName(t, planned);
        const when = moment(planned.at, language);
        const text = t("manage.numbers.planned", { number: next.national, name, when });
        tell(text, () => cancel.mutate(planned.id));
        return;
      }
      const name = ownerName(t, { ...next, head_office: next.at_head_office });
      const nobody = !next.user && !next.at_head_office;
      const text = nobody
        ? t("manage.numbers.unassigned", { number: next.national })
        : t("manage.numbers.assigned", { number: next.national, name });
      tell(text, () => mutation.mutate({ number: next, owner: ownerOf(number), from: null }));
    },
    onSettled: refresh,
  });
  return mutation;
}
