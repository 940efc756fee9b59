import { useQueryClient } from "@tanstack/react-query";
import type { TaskView } from "../../api/types";
import { countriesQuery, tasksQuery } from "../shared/queries";
import { navigate } from "../shared/router";
import { useServices } from "../shared/services";
import { fill } from "../softphone/draft";

interface Wish {
  /** E.164. */
  number: string;
  national?: string | null;
  country?: string | null;
  task?: string | null;
}

/** Opens the phone with the form filled; the user still presses Call. */
export function useFillForm(): (wish: Wish) => Promise<void> {
  const { api, phone } = useServices();
  const queries = useQueryClient();
  return async ({ number, national, country, task }) => {
    // Where these cannot be asked for, the number alone has to do.
    const [countries, tasks] = await Promise.all([
      queries.fetchQuery(countriesQuery(api)).catch(() => null),
      task ? queries.fetchQuery(tasksQuery(api, task)).catch(() => null) : null,
    ]);
    const known = countries?.items.some((each) => each.open_to_me && each.code === country);
    const chosen: TaskView | undefined = tasks?.items.find((each) => each.external_id === task);
    phone.dismiss();
    fill({
      number: known && national ? national : number,
      ...(known && country ? { country } : {}),
      ...(chosen ? { task: chosen } : {}),
    });
    navigate("/call");
  };
}
