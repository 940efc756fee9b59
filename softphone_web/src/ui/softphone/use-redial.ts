import type { Call } from "../../api/types";
import { useServices } from "../shared/services";
import { draft } from "./draft";
import { useUseNumber } from "./use-number";

/** Dials the number of an earlier call again: a click on it is a wish to call. */
export function useRedial(): (call: Call) => void {
  const { phone } = useServices();
  const reuse = useUseNumber();
  return (call) => {
    if (!call.number) return;
    reuse(call);
    const task = call.task ?? draft.snapshot().task?.external_id;
    if (!task) return;
    void phone.place({ task, country: call.country ?? "DE", number: call.number });
  };
}
