/** What is done to prices, each with a way back. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useServices } from "../../shared/services";
import { tell, warn } from "../../shared/toasts";
import { errorText } from "../../shared/trouble";
import {
  type PriceList,
  priceKeys,
  putRate,
  type RatePut,
  removeList,
  removeRate,
  restoreList,
} from "./prices-api";

export function useRefreshPrices() {
  const queries = useQueryClient();
  return () => void queries.invalidateQueries({ queryKey: priceKeys.all });
}

/** Sets a price; undo puts back what held from the same day on, or nothing. */
export function usePutRate(list: string) {
  const { t } = useTranslation();
  const { api } = useServices();
  const refresh = useRefreshPrices();
  return useMutation({
    mutationFn: (rate: RatePut) => putRate(api, list, rate),
    onSuccess: ({ destination, before }, { valid_from, per_minute }) => {
      const takeBack = async () => {
        try {
          if (before) await putRate(api, list, { destination, ...before });
          else await removeRate(api, list, destination, valid_from);
        } catch (error) {
          warn(errorText(error));
        }
        refresh();
      };
      tell(t(per_minute === null ? "manage.prices.ended" : "manage.prices.saved"), () => {
        void takeBack();
      });
    },
    onError: (error) => warn(errorText(error)),
    onSettled: refresh,
  });
}

export function useRemoveList() {
  const { t } = useTranslation();
  const { api } = useServices();
  const refresh = useRefreshPrices();
  return useMutation({
    mutationFn: (list: PriceList) => removeList(api, list.id),
    onSuccess: (_, { id, name }) =>
      tell(
        t("manage.prices.removed", { name }),
        () =>
          void restoreList(api, id)
            .catch((error: unknown) => warn(errorText(error)))
            .finally(refresh),
      ),
    onError: (error) => warn(errorText(error)),
    onSettled: refresh,
  });
}
