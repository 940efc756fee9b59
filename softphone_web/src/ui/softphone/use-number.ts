import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { Call, Page, TaskView } from "../../api/types";
import { countriesQuery } from "../shared/queries";
import { useServices } from "../shared/services";
import { fill } from "./draft";

/** Fills the form with the number, and the task where it is known, of an earlier call. */
export function useUseNumber(): (call: Call) => void {
  const { api, phone } = useServices();
  const queries = useQueryClient();
  const { data } = useQuery(countriesQuery(api));
  return (call) => {
    if (!call.number) return;
    const known = data?.items.some((each) => each.open_to_me && each.code === call.country);
    const lists = queries.getQueriesData<Page<TaskView>>({ queryKey: ["tasks"] });
    const task = lists
      .flatMap(([, page]) => page?.items ?? [])
      .find((each) => each.external_id === call.task);
    fill({
      number: known && call.national ? call.national : call.number,
      ...(known && call.country ? { country: call.country } : {}),
      ...(task ? { task } : {}),
    });
    phone.dismiss();
  };
}
