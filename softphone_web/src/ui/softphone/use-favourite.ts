import { useQueryClient } from "@tanstack/react-query";
import type { Api } from "../../api/client";
import type { Page, TaskView } from "../../api/types";
import { newestWins } from "../shared/latest";
import { keys } from "../shared/queries";
import { useServices } from "../shared/services";
import { warn } from "../shared/toasts";
import { errorText } from "../shared/trouble";
import { change, draft } from "./draft";

interface Mark {
  /** The task's external id. */
  id: string;
  on: boolean;
}

const store = newestWins(
  (api: Api, { id, on }: Mark) => api.favourite(id, on),
  ({ id }) => id,
);

/** Marks a task at once; where the server will not have it, it is as before. */
export function useFavourite(): (task: TaskView, on: boolean) => void {
  const { api } = useServices();
  const queries = useQueryClient();
  const mark = ({ id, on }: Mark) => {
    queries.setQueriesData<Page<TaskView>>({ queryKey: keys.tasks }, (page) =>
      page
        ? {
            ...page,
            items: page.items.map((each) =>
              each.external_id === id ? { ...each, favourite: on } : each,
            ),
          }
        : page,
    );
    const { task } = draft.snapshot();
    if (task?.external_id === id) change({ task: { ...task, favourite: on } });
  };
  return async ({ external_id: id }, on) => {
    mark({ id, on });
    const settled = await store(api, { id, on }, { id, on: !on });
    if (settled.is !== "refused") return;
    mark(settled.stands);
    warn(errorText(settled.error));
  };
}
