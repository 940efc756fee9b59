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
export type Charge = Schemas["ChargeView"];
export type StatementCall = Schemas["StatementCall"];
export type Finalised = Schemas["FinalisedView"];
export type BookedTask = Schemas["BookedTask"];

/** Under which all of it is kept. */
export const BILLING = ["billing"];
const BASE = "/api/v1";
const PAGE = 50;
const enc = encodeURIComponent;
const statement = (id: string) => `/statements/${enc(id)}`;

export const paged = <T extends { next: string | null }>(
  key: readonly unknown[],
  ask: (cursor: string | null, signal: AbortSignal) => Promise<T>,
) =>
  infiniteQueryOptions({
    queryKey: [...BILLING, ...key],
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

export const customerQuery = (api: Api, id: string) =>
  queryOptions({
    queryKey: [...BILLING, "customer", id],
    queryFn: () => api.get<Customer>(`/customers/${enc(id)}`),
  });

export const customerHistoryQuery = (api: Api, id: string) =>
  paged(["history", id], (cursor, signal) =>
    api.get<Page<Change> & { next: string | null }>(
      `/customers/${enc(id)}/history`,
      { cursor, limit: 20 },
      signal,
    ),
  );

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
    queryKey: [...BILLING, "statement", id],
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
    queryKey: [...BILLING, "settings"],
    queryFn: () => api.get<Settings>("/billing-settings"),
  });

export const putSettings = (api: Api, settings: Settings) =>
  api.send<Settings>("PUT", "/billing-settings", settings);

export type Pay = Schemas["PayPage"];
export type PayLine = Schemas["PayLineView"];

export const payQuery = (api: Api, month: string) =>
  queryOptions({
    queryKey: [...BILLING, "pay", month],
    queryFn: () => api.get<Pay>("/pay", { month }),
    placeholderData: keepPreviousData,
  });

/** The days behind a task's work time. */
export const workTimesQuery = (api: Api, task: string, month: string) =>
  queryOptions({
    queryKey: [...BILLING, "work", task, month],
    queryFn: () =>
      api.get<Page<Schemas["WorkTimeView"]>>(`/booked-tasks/${enc(task)}/work-times`, { month }),
  });

export const payFile = (month: string, format?: string) =>
  withQuery(`${BASE}/pay.csv`, { month, format });

/** Where a browser downloads a statement. */
export const fileOf = (
  id: string,
  suffix: "pdf" | "csv" | "xlsx",
  query: { format?: string; language?: string } = {},
) => withQuery(`${BASE}${statement(id)}.${suffix}`, query);

export const saveCustomer = (api: Api, id: string, patch: CustomerPatch) =>
  api.send<Customer>("PATCH", `/customers/${enc(id)}`, patch);

export const addCustomer = (api: Api, name: string) =>
  api.send<Customer>("POST", "/customers", { name });

export const closeFinding = (api: Api, close: FindingClose) =>
  api.send<Findings>("POST", "/factor-guard", close);

export const finalise = (api: Api, customer: string, month: string) =>
  api.send<Statement>("POST", "/statements", { customer, month });

/** How far a month is; asked again and again while it is being made final, also by somebody else. */
export const monthProgressQuery = (api: Api, month: string, awaited: boolean) =>
  queryOptions({
    queryKey: [...BILLING, "progress", month, awaited],
    queryFn: () => api.get<Schemas["MonthProgress"]>("/statements/month", { month }),
    refetchInterval: (query) => (awaited || query.state.data?.running ? 400 : false),
  });

export const finaliseMonth = (api: Api, month: string) =>
  api.send<Page<Finalised>>("POST", "/statements/month", { month });

export type ChargePost = Pick<Schemas["ChargePost"], "customer" | "day" | "title" | "amount">;

export const addCharge = (api: Api, charge: ChargePost) =>
  api.send<Charge>("POST", "/charges", charge);

export const correct = (api: Api, id: string, reason: string) =>
  api.send<Statement>("POST", `${statement(id)}/correct`, { reason });

/** Take the last change of a task's area back, with the factors it had; the rest of it stays. */
export async function unbookArea(api: Api, task: string, area: BookedTask["area"]): Promise<void> {
  const booked = await api.get<BookedTask>(`/booked-tasks/${enc(task)}`);
  const { title, customer, budget_minutes, assignees } = booked;
  const wish = { title, customer, budget_minutes, assignees, area, undo: true };
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
      void queries.invalidateQueries({ queryKey: BILLING });
      then?.(result, value);
    },
    onError: (error) => warn(errorText(error)),
  });
}
