/** Tells people of the answers to their requests, and management of new ones. */
import { type QueryKey, useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import type { CountryRequest, NumberRequest } from "../../api/types";
import { manages } from "../shared/access";
import { international } from "../shared/format";
import { keys } from "../shared/queries";
import { navigate } from "../shared/router";
import { useMe } from "../shared/services";
import { announce } from "../shared/toasts";

/** Calls `told` once for each request that the live socket tells of. */
function useLast<T>(key: QueryKey, told: (request: T) => void) {
  // Only ever filled by what the live socket says.
  const { data, dataUpdatedAt } = useQuery<T | null>({
    queryKey: key,
    queryFn: () => null,
    enabled: false,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: each message is told of once
  useEffect(() => {
    if (data) told(data);
  }, [data, dataUpdatedAt]);
}

export function RequestAnswers() {
  const { t } = useTranslation();
  const me = useMe();
  /** The same for both: the answer to who asked, a new one to who decides. */
  const tell = (
    { by, state }: CountryRequest | NumberRequest,
    testIds: { answer: string; asked: string },
    words: { approved: () => string; refused: () => string; arrived: () => string; page: string },
  ) => {
    if (by === me.email && state !== "open") {
      const good = state === "approved";
      const text = good ? words.approved() : words.refused();
      announce({ testId: testIds.answer, state, good, text });
    } else if (by !== me.email && state === "open" && manages(me)) {
      announce({
        testId: testIds.asked,
        state,
        good: true,
        text: words.arrived(),
        action: { label: t("desk.request.see"), run: () => navigate(words.page) },
      });
    }
  };
  useLast<CountryRequest>(keys.lastRequest, (request) => {
    const { answer, country_name: country, by_name: name, granted } = request;
    const approved = t("desk.request.approved", { country });
    tell(
      request,
      { answer: "country-answer", asked: "country-asked" },
      {
        approved: () => (granted ? `${approved} (${granted})` : approved),
        refused: () =>
          answer
            ? t("desk.request.refused", { country, answer })
            : t("desk.request.refusedPlain", { country }),
        arrived: () => t("desk.request.arrived", { country, name }),
        page: "/manage/countries",
      },
    );
  });
  useLast<NumberRequest>(keys.lastNumberRequest, (request) => {
    const { answer, e164, by_name: name } = request;
    tell(
      request,
      { answer: "number-answer", asked: "number-asked" },
      {
        approved: () =>
          t("desk.request.numberGiven", { number: e164 ? international(e164, null) : "" }),
        refused: () =>
          answer
            ? t("desk.request.numberRefused", { answer })
            : t("desk.request.numberRefusedPlain"),
        arrived: () => t("desk.request.numberArrived", { name }),
        page: "/manage/numbers",
      },
    );
  });
  return null;
}
