/** The phone share of a task at this moment, also while it grows. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { Call, PhoneShare } from "../../api/types";
import { meaning } from "../../phone/call-state";
import { keys, shareQuery } from "../shared/queries";
import { usePhone, useServices } from "../shared/services";
import { grown } from "./share-level";

/** How many of my calls cost seconds of this task just now. */
export function linesOn(task: string, calls: readonly Call[]): number {
  return calls.filter(
    (call) => call.task === task && call.direction !== "internal" && meaning(call.state).counts,
  ).length;
}

export function useShare(task: string | null): PhoneShare | null {
  const { api } = useServices();
  const { calls } = usePhone();
  const lines = task ? linesOn(task, calls) : 0;
  const { data, dataUpdatedAt } = useQuery({
    ...shareQuery(api, task ?? ""),
    enabled: task !== null,
  });
  const queries = useQueryClient();
  const [, redraw] = useState(0);
  useEffect(() => {
    if (lines === 0) return;
    const timer = setInterval(() => redraw((n) => n + 1), 1_000);
    return () => clearInterval(timer);
  }, [lines]);
  const now =
    data && lines > 0 ? grown(data, (Date.now() - dataUpdatedAt) / 1000, lines) : (data ?? null);
  // The server pushes what follows from it; where that does not arrive, it is asked.
  const crossed = now?.over === true && data?.over === false;
  useEffect(() => {
    if (crossed) void queries.invalidateQueries({ queryKey: keys.share(task ?? "") });
  }, [queries, crossed, task]);
  return task ? now : null;
}
