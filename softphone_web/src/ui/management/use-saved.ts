import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { tell, warn } from "../shared/toasts";
import { errorText } from "../shared/trouble";
import { countryKeys } from "./country-api";

/** Saves a part of the page and shows what the server made of it. */
export function useSaved<T>(save: (value: T) => Promise<unknown>) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: save,
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: countryKeys.limits });
      void queries.invalidateQueries({ queryKey: ["check"] });
      tell(t("manage.limits.saved"));
    },
    onError: (error) => warn(errorText(error)),
  });
}
