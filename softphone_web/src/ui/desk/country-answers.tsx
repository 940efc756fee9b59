/** Tells people of the answer to their request, and management of a new one. */
import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import type { CountryRequest } from "../../api/types";
import { manages } from "../shared/access";
import { keys } from "../shared/queries";
import { navigate } from "../shared/router";
import { useMe } from "../shared/services";
import { announce } from "../shared/toasts";

export function CountryAnswers() {
  const { t } = useTranslation();
  const me = useMe();
  // Only ever filled by what the live socket says.
  const { data, dataUpdatedAt } = useQuery<CountryRequest | null>({
    queryKey: keys.lastRequest,
    queryFn: () => null,
    enabled: false,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: each message is told of once
  useEffect(() => {
    if (!data) return;
    const { state, answer, country_name: country, by, by_name: name, granted } = data;
    const about = { testId: "country-answer", state };
    if (by === me.email && state === "approved") {
      const text = t("desk.request.approved", { country });
      announce({ ...about, good: true, text: granted ? `${text} (${granted})` : text });
    } else if (by === me.email && state === "refused") {
      const text = answer
        ? t("desk.request.refused", { country, answer })
        : t("desk.request.refusedPlain", { country });
      announce({ ...about, good: false, text });
    } else if (state === "open" && by !== me.email && manages(me)) {
      announce({
        testId: "country-asked",
        state,
        good: true,
        text: t("desk.request.arrived", { country, name }),
        action: {
          label: t("desk.request.see"),
          run: () => navigate("/manage/countries"),
        },
      });
    }
  }, [data, dataUpdatedAt]);
  return null;
}
