/** The server's word on the number as it is being typed. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { NumberCheck } from "../../api/types";
import { checkQuery } from "../shared/queries";
import { useServices } from "../shared/services";
import { useDebounced } from "../shared/use-debounced";

export interface Checked {
  check: NumberCheck | null;
  /** `check` is of what was typed before; the new answer is on its way. */
  stale: boolean;
  error: unknown;
}

/** The server's word for a number of the emergency services. */
export const EMERGENCY = "emergency-number";

/** Never a dead button for these: pressing Call says aloud what to do instead. */
export function isEmergency(check: NumberCheck | null): boolean {
  return check?.error_id === EMERGENCY;
}

const TYPING_MS = 160;

/** `task`: what it is for, because a country may be unlocked for one task only. */
export function useCheck(country: string, number: string, task: string): Checked {
  const { api } = useServices();
  const typed = number.trim();
  const wish = useDebounced(`${country} ${typed}`, TYPING_MS);
  const current = wish === `${country} ${typed}`;
  const settled = wish.slice(3);
  const { data, isPlaceholderData, isFetching, error } = useQuery({
    ...checkQuery(api, wish.slice(0, 2), settled, task),
    enabled: settled !== "",
    placeholderData: keepPreviousData,
  });
  if (typed === "") return { check: null, stale: false, error: null };
  const stale = !current || isPlaceholderData || (isFetching && !data);
  return { check: settled ? (data ?? null) : null, stale, error: stale ? null : error };
}
