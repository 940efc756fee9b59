import { useQueryClient } from "@tanstack/react-query";
import type { Page, TaskView } from "../../api/types";
import { keys } from "../shared/queries";
import { useServices } from "../shared/services";
import { warn } from "../shared/toasts";
import { errorText } from "../shared/trouble";
import { change, draft } from "./draft";

/** Marks a task at once; where the server will not have it, it is as before. */
export function useFavourite(): (task: TaskView, on: boolean) => void {
  const { api } = useServices();
  const queries = useQueryClient();
  const mark = (id: string, on: boolean) => {
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
  return (task, on) => {
    mark(task.external_id, on);
    api.favourite(task.external_id, on).catch((error: unknown) => {
      mark(task.external_id, !on);
      warn(errorText(error));
    });
  };
}
