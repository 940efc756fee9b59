import { useQuery } from "@tanstack/react-query";
import { recentQuery } from "../shared/queries";
import { useMe, useServices } from "../shared/services";
import { useUseNumber } from "./use-number";

/** Fills in the number that was dialled last. */
export function useAgain(): () => void {
  const { api } = useServices();
  const me = useMe();
  const reuse = useUseNumber();
  const { data } = useQuery(recentQuery(api, me.email));
  return () => {
    const last = data?.items.find((call) => call.direction === "outbound" && call.number);
    if (last) reuse(last);
  };
}
