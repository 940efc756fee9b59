/** What the page of prices asks of the server. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { type Api, withQuery } from "../../../api/client";
import type { components } from "../../../api/schema";
import type { Page } from "../../../api/types";

type Schemas = components["schemas"];

export type PriceList = Schemas["PriceListView"];
export type PriceListPut = Partial<Schemas["PriceListPut"]> & { name: string };
export type Destination = Schemas["DestinationView"];
export type Rate = Schemas["RateView"];
export type RatePut = Partial<Schemas["RatePut"]> &
  Pick<Schemas["RatePut"], "destination" | "valid_from" | "per_minute">;
export type RateDone = Schemas["RateDone"];
export type PriceImport = Schemas["PriceImport"];
export type PriceChange = Schemas["PriceChange"];
export type PriceFound = Schemas["PriceFound"];
export type Costs = Schemas["CostsView"];
export type CostSums = Schemas["CostSumsView"];

export const priceKeys = { all: ["prices"], lists: ["prices", "lists"] } as const;

const pathOf = (list: string) => `/price-lists/${encodeURIComponent(list)}`;

export const listsQuery = (api: Api) =>
  queryOptions({
    queryKey: priceKeys.lists,
    queryFn: () => api.get<Page<PriceList>>("/price-lists"),
  });

export const ratesQuery = (api: Api, list: string, query: string) =>
  infiniteQueryOptions({
    queryKey: [...priceKeys.all, "rates", list, query],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<Destination>>(
        `${pathOf(list)}/rates`,
        { query, cursor: pageParam, limit: 50 },
        signal,
      ),
    initialPageParam: "",
    getNextPageParam: (page: Page<Destination>) => page.next ?? undefined,
    placeholderData: keepPreviousData,
  });

export const foundQuery = (api: Api, number: string) =>
  queryOptions({
    queryKey: [...priceKeys.all, "found", number],
    queryFn: ({ signal }) => api.get<PriceFound>("/prices", { number }, signal),
    enabled: number.length > 3,
    retry: false,
  });

export interface CostSearch {
  by: string;
  from: string;
  to: string;
}

export const costsQuery = (api: Api, search: CostSearch) =>
  queryOptions({
    queryKey: [...priceKeys.all, "costs", search],
    queryFn: ({ signal }) => api.get<Costs>("/costs", { ...search }, signal),
    placeholderData: keepPreviousData,
  });

export const costsCsv = (search: CostSearch, german: boolean) =>
  withQuery("/api/v1/costs.csv", { ...search, format: german ? "excel-de" : null });

export const ratesCsv = (list: string, german: boolean) =>
  withQuery(`/api/v1${pathOf(list)}/rates.csv`, { format: german ? "excel-de" : null });

export const addList = (api: Api, list: PriceListPut) =>
  api.send<PriceList>("POST", "/price-lists", list);

export const putList = (api: Api, id: string, list: PriceListPut) =>
  api.send<PriceList>("PUT", pathOf(id), list);

export const removeList = (api: Api, id: string) => api.send<void>("DELETE", pathOf(id));

export const restoreList = (api: Api, id: string) =>
  api.send<PriceList>("POST", `${pathOf(id)}/restore`);

export const putRate = (api: Api, list: string, rate: RatePut) =>
  api.send<RateDone>("PUT", `${pathOf(list)}/rates`, rate);

export const removeRate = (api: Api, list: string, destination: string, validFrom: string) =>
  api.request<void>(
    `/api/v1${pathOf(list)}/rates?${new URLSearchParams({ destination, valid_from: validFrom })}`,
    { method: "DELETE" },
  );

export const importRates = (
  api: Api,
  list: string,
  file: File,
  validFrom: string,
  dryRun: boolean,
) =>
  api.request<PriceImport>(
    withQuery(`/api/v1${pathOf(list)}/import`, {
      valid_from: validFrom,
      dry_run: dryRun ? 1 : null,
      file: file.name,
    }),
    { method: "POST", body: file },
  );

/** The list as it was before its newest file. */
export const undoImport = (api: Api, list: string, revision: number) =>
  api.send<void>("POST", `${pathOf(list)}/import/undo`, { revision });
