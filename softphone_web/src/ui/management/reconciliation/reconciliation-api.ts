/** What the page of reconciliation asks of the server. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { type Api, withQuery } from "../../../api/client";
import type { components } from "../../../api/schema";
import type { Page } from "../../../api/types";

type Schemas = components["schemas"];

export type Mapping = Required<Schemas["ColumnMapping"]>;
export type Carrier = Schemas["CarrierView"];
export type CarrierFile = Schemas["CarrierFile"];
export type Reconciliation = Schemas["ReconciliationView"];
export type Finding = Schemas["CarrierFindingView"];
export type Kind = Finding["kind"];

export const reconciliationKeys = {
  all: ["reconciliations"],
  list: ["reconciliations", "list"],
  carriers: ["reconciliations", "carriers"],
} as const;

const one = (id: string) => `/reconciliations/${encodeURIComponent(id)}`;
const carrierPath = (id: string) => `/carriers/${encodeURIComponent(id)}`;

export const carriersQuery = (api: Api) =>
  queryOptions({
    queryKey: reconciliationKeys.carriers,
    queryFn: () => api.get<Page<Carrier>>("/carriers"),
  });

export const reconciliationsQuery = (api: Api) =>
  queryOptions({
    queryKey: reconciliationKeys.list,
    queryFn: () => api.get<Page<Reconciliation>>("/reconciliations"),
  });

export interface FindingSearch {
  kind: Kind | "";
  query: string;
}

export const findingsQuery = (api: Api, id: string, search: FindingSearch) =>
  infiniteQueryOptions({
    queryKey: [...reconciliationKeys.all, "findings", id, search],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<Finding>>(
        `${one(id)}/findings`,
        { ...search, cursor: pageParam, limit: 50 },
        signal,
      ),
    initialPageParam: "",
    getNextPageParam: (page: Page<Finding>) => page.next ?? undefined,
    placeholderData: keepPreviousData,
  });

export const findingsFile = (
  id: string,
  search: FindingSearch,
  kind: "csv" | "xlsx",
  german: boolean,
) =>
  withQuery(`/api/v1${one(id)}/findings.${kind}`, {
    ...search,
    format: kind === "csv" && german ? "excel-de" : null,
  });

export const addCarrier = (api: Api, name: string, trunk: string) =>
  api.send<Carrier>("POST", "/carriers", { name, trunk });

export const putCarrier = (api: Api, { id, name, trunk }: Carrier, mapping: Mapping) =>
  api.send<Carrier>("PUT", carrierPath(id), { name, trunk, mapping });

export const lookAt = (api: Api, carrier: string, file: Blob) =>
  api.request<CarrierFile>(`/api/v1${carrierPath(carrier)}/look`, { method: "POST", body: file });

export const reconcile = (api: Api, carrier: string, file: File, from: string, to: string) =>
  api.request<Reconciliation>(
    withQuery(`/api/v1${carrierPath(carrier)}/reconciliations`, { from, to, file: file.name }),
    { method: "POST", body: file },
  );

export const removeReconciliation = (api: Api, id: string) => api.send<void>("DELETE", one(id));

export const restoreReconciliation = (api: Api, id: string) =>
  api.send<Reconciliation>("POST", `${one(id)}/restore`);
