/** A link into the phone fills the form; the user still presses Call. */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { TaskView } from "../../api/types";
import { tasksQuery } from "../shared/queries";
import { useServices } from "../shared/services";
import { deepLink } from "./deep-link";
import { change, fill } from "./draft";

/** The task of a link, by its id. */
function useTaskById(id: string | null): TaskView | null {
  const { api } = useServices();
  const { data } = useQuery({ ...tasksQuery(api, id ?? ""), enabled: id !== null });
  return data?.items.find((each) => each.external_id === id) ?? null;
}

export function useDeepLink(): void {
  const [link] = useState(() => deepLink(window.location.search));
  const task = useTaskById(link.task);
  useEffect(() => {
    const { country, number } = link;
    if (number) fill({ number, ...(country ? { country } : {}) });
    else if (country) change({ country });
    if (window.location.search) window.history.replaceState(null, "", window.location.pathname);
  }, [link]);
  useEffect(() => {
    if (task) change({ task });
  }, [task]);
}
