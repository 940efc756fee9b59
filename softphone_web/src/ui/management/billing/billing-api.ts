/** What the pages of customers and statements ask the server, and what becomes stale together. */
import {
  infiniteQueryOptions,
  keepPreviousData,
  queryOptions,
  useMutation,
  useQueryClient,
} from "@tanstack/react-query";
import { type Api, withQuery } from "../../../api/client";
import type { components } from "../../../api/schema";
import type { Page } from "../../../api/types";
import { warn } from "../../shared/toasts";
import { errorText } from "../../shared/trouble";

type Schemas = components["schemas"];

export type Customer = Schemas["CustomerView"];
export type CustomerPatch = Partial<Schemas["CustomerPatch"]>;
export type Change = Schemas["ChangeView"];
export type Finding = Schemas["FindingView"];
export type Findings = Schemas["FindingPage"];
export type FindingClose = Partial<Schemas["FindingClose"]> &
  Pick<Schemas["FindingClose"], "task" | "month" | "right_area" | "how">;
export type StatementRow = Schemas["StatementRow"];
export type Statements = Schemas["StatementPage"];
export type Statement = Schemas["StatementView"];
export type StatementLine = Schemas["LineView"];
export type StatementCall = Schemas["StatementCall"];
export type Finalised = Schemas["FinalisedView"];
export type BookedTask = Schemas["BookedTask"];

const KEY = ["billing"];
const BASE = "/api/v1";
const PAGE = 50;
const enc = encodeURIComponent;
const statement = (id: string) => `/statements/${enc(id)}`;

const paged = <T extends { next: string | null }>(
  key: readonly unknown[],
  ask: (cursor: string | null, signal: AbortSignal) => Promise<T>,
) =>
  infiniteQueryOptions({
    queryKey: [...KEY, ...key],
    queryFn: ({ pageParam, signal }) => ask(pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page: T) => page.next,
    placeholderData: keepPreviousData,
  });

export const customersQuery = (api: Api, which: { query: string; check: string }) =>
  paged(["customers", which.query, which.check], (cursor, signal) =>
    api.get<Page<Customer> & { next: string | null }>(
      "/customers",
      { ...which, cursor, limit: PAGE },
      signal,
    ),
  );

export const customerHistoryQuery = (api: Api, id: string) =>
  queryOptions({
    queryKey: [...KEY, "history", id],
    queryFn: () => api.get<Page<Change>>(`/customers/${enc(id)}/history`),
  });

export const findingsQuery = (api: Api, month: string) =>
  paged(["guard", month], (cursor, signal) =>
    api.get<Findings>("/factor-guard", { month, cursor, limit: PAGE }, signal),
  );

export const statementsQuery = (api: Api, month: string) =>
  paged(["statements", month], (cursor, signal) =>
    api.get<Statements>("/statements", { month, cursor, limit: PAGE }, signal),
  );

export const statementQuery = (api: Api, id: string) =>
  queryOptions({
    queryKey: [...KEY, "statement", id],
    queryFn: () => api.get<Statement>(statement(id)),
  });

export const statementCallsQuery = (api: Api, id: string, task: string) =>
  paged(["calls", id, task], (cursor, signal) =>
    api.get<Page<StatementCall> & { next: string | null }>(
      `${statement(id)}/calls`,
      { task, cursor, limit: PAGE },
      signal,
    ),
  );

export type Settings = Schemas["BillingSettings"];

export const settingsQuery = (api: Api) =>
  queryOptions({
    queryKey: [...KEY, "settings"],
    queryFn: () => api.get<Settings>("/billing-settings"),
  });

export const putSettings = (api: Api, settings: Settings) =>
  api.send<Settings>("PUT", "/billing-settings", settings);

/** Where a browser downloads a statement. */
export const fileOf = (id: string, suffix: "csv" | "xlsx", format?: string) =>
  withQuery(`${BASE}${statement(id)}.${suffix}`, { format });

export const saveCustomer = (api: Api, id: string, patch: CustomerPatch) =>
  api.send<Customer>("PATCH", `/customers/${enc(id)}`, patch);

export const addCustomer = (api: Api, name: string) =>
  api.send<Customer>("POST", "/customers", { name });

export const closeFinding = (api: Api, close: FindingClose) =>
  api.send<Findings>("POST", "/factor-guard", close);

export const finalise = (api: Api, customer: string, month: string) =>
  api.send<Statement>("POST", "/statements", { customer, month });

export const finaliseMonth = (api: Api, month: string) =>
  api.send<Page<Finalised>>("POST", "/statements/month", { month });

export const correct = (api: Api, id: string, reason: string) =>
  api.send<Statement>("POST", `${statement(id)}/correct`, { reason });

/** Book a task with another area; the rest of it stays. */
export async function bookArea(api: Api, task: string, area: BookedTask["area"]): Promise<void> {
  const booked = await api.get<BookedTask>(`/booked-tasks/${enc(task)}`);
  const { title, customer, budget_minutes, assignees } = booked;
  const wish = { title, customer, budget_minutes, assignees, area };
  await api.send("PUT", `/tasks/${enc(task)}`, wish);
}

/** A change of anything here; what it may have changed is asked again. */
export function useChange<V, R>(
  change: (value: V) => Promise<R>,
  then?: (result: R, value: V) => void,
) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: (result, value) => {
      void queries.invalidateQueries({ queryKey: KEY });
      then?.(result, value);
    },
    onError: (error) => warn(errorText(error)),
  });
}
