/** What the pages of tasks and factors ask the server, and what becomes stale together. */
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { type Api, withQuery } from "../../../api/client";
import type { components } from "../../../api/schema";
import type { Page } from "../../../api/types";
import { keys } from "../../shared/queries";
import { warn } from "../../shared/toasts";
import { errorText } from "../../shared/trouble";
import { BILLING, type BookedTask, type Change, paged } from "../billing/billing-api";

type Schemas = components["schemas"];
type Paged<T> = Page<T> & { next: string | null };

export type { BookedTask };
export type WorkTime = Schemas["WorkTimeView"];
export type Factors = Schemas["FactorsView"];
export type FactorSet = Schemas["FactorSet"];
export type FileResult = Schemas["FileImport"];
export type TaskWish = Pick<
  BookedTask,
  "title" | "customer" | "area" | "budget_minutes" | "assignees" | "state"
>;

const PAGE = 50;
const BASE = "/api/v1";
const enc = encodeURIComponent;
const booked = (id: string) => `/booked-tasks/${enc(id)}`;

export interface TaskFilter {
  query: string;
  customer: string;
  area: string;
  state: string;
}

export const tasksQuery = (api: Api, which: TaskFilter) =>
  paged(["tasks", which], (cursor, signal) =>
    api.get<Paged<BookedTask>>("/booked-tasks", { ...which, cursor, limit: PAGE }, signal),
  );

export const taskQuery = (api: Api, id: string) =>
  queryOptions({
    queryKey: [...BILLING, "task", id],
    queryFn: () => api.get<BookedTask>(booked(id)),
  });

export const taskHistoryQuery = (api: Api, id: string) =>
  paged(["task-history", id], (cursor, signal) =>
    api.get<Paged<Change>>(`${booked(id)}/history`, { cursor, limit: 20 }, signal),
  );

export const workTimesQuery = (api: Api, id: string, month: string) =>
  queryOptions({
    queryKey: [...BILLING, "work-times", id, month],
    queryFn: () => api.get<Page<WorkTime>>(`${booked(id)}/work-times`, { month }),
  });

export const factorsQuery = (api: Api) =>
  queryOptions({
    queryKey: [...BILLING, "factors"],
    queryFn: () => api.get<Page<Factors>>("/factors"),
  });

/** `undo`: what was saved before comes back, with the factors that were frozen then. */
export const putTask = (api: Api, id: string, wish: TaskWish, undo = false) =>
  api.send<unknown>("PUT", `/tasks/${enc(id)}`, { ...wish, undo });

export const putWork = (api: Api, id: string, work: Omit<WorkTime, "name">) =>
  api.send<unknown>("PUT", `/tasks/${enc(id)}/work-time`, work);

export const putFactors = (api: Api, set: FactorSet) =>
  api.send<Page<Factors>>("PUT", "/factors", set);

export const removeFactors = (api: Api, day: string) =>
  api.send<Page<Factors>>("DELETE", `/factors/${enc(day)}`);

/** What can be taken over from a file, and where. */
export type FileOf = "tasks" | "work-times" | "customers";

export const importFile = (api: Api, what: FileOf, file: File, dryRun: boolean) =>
  api.request<FileResult>(withQuery(`${BASE}/${what}/import`, { dry_run: dryRun ? 1 : null }), {
    method: "POST",
    body: file,
  });

/** Where a browser downloads all of them. */
export const csvOf = (what: "tasks" | "customers", german: boolean) =>
  withQuery(`${BASE}/${what}.csv`, { format: german ? "excel-de" : null });

/** All of a task that a change of it may carry. */
export const wishOf = (task: BookedTask): TaskWish => {
  const { title, customer, area, budget_minutes, assignees, state } = task;
  return { title, customer, area, budget_minutes, assignees, state };
};

/** Whatever shows tasks, their figures or their share is asked again. */
export function useRefreshTasks(): () => void {
  const queries = useQueryClient();
  return () => {
    for (const queryKey of [BILLING, keys.tasks, ["share"], ["task-seconds"], ["budget"]]) {
      void queries.invalidateQueries({ queryKey });
    }
  };
}

/** A change of tasks or factors, one after the other: what is chosen last stays. */
export function useTaskChange<V, R>(
  change: (value: V) => Promise<R>,
  then?: (result: R, value: V) => void,
) {
  const refresh = useRefreshTasks();
  return useMutation({
    scope: { id: "tasks" },
    mutationFn: change,
    onSuccess: (result, value) => {
      refresh();
      then?.(result, value);
    },
    onError: (error) => warn(errorText(error)),
  });
}
