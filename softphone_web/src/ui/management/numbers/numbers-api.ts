/** The operations around our numbers; they come with the pages that use them. */
import {
  infiniteQueryOptions,
  keepPreviousData,
  queryOptions,
  useQueryClient,
} from "@tanstack/react-query";
import { type Api, withQuery } from "../../../api/client";
import type { components } from "../../../api/schema";
import type { NumberRequest, Page } from "../../../api/types";
import { keys } from "../../shared/queries";

type Schemas = components["schemas"];

export type OurNumber = Schemas["NumberView"];
export type NumberState = OurNumber["state"];
export type CoolDown = OurNumber["cool_down"];
export type NumberDetail = Schemas["NumberDetail"];
export type NumberOwner = Schemas["NumberOwnerView"];
export type NumberGroup = Schemas["NumberGroupView"];
export type Planned = Schemas["PlannedView"];
export type Change = Schemas["ChangeView"];
export type NumberImport = Schemas["NumberImport"];
export type NumberSettings = Pick<
  OurNumber,
  | "e164"
  | "label"
  | "ring_seconds"
  | "language"
  | "greeting"
  | "recipients"
  | "cc"
  | "show_as_caller_id"
  | "state"
  | "street"
  | "postcode"
  | "city"
  | "address_country"
  | "trunk"
  | "cool_down_days"
  | "cool_down"
  | "groups"
>;

/** Whose a number becomes. */
export type Owner = { user: string | null; head_office: boolean };

export interface NumberSearch {
  query: string;
  state: string;
  group: string;
  /** `person`, `head-office`, `nobody`, or an e-mail address. */
  held: string;
  /** `open`: not all points before its start were ever done. */
  going_live: string;
}

const path = (e164: string) => `/numbers/${encodeURIComponent(e164)}`;

export const ownerOf = (number: OurNumber): Owner => ({
  user: number.user,
  head_office: number.at_head_office,
});

/** `from` in ISO 8601; null: for the very next call. */
export const assignNumber = (api: Api, e164: string, owner: Owner, from: string | null) =>
  api.send<OurNumber>("POST", `${path(e164)}/assign`, { ...owner, from });

export const putNumber = (api: Api, settings: NumberSettings) =>
  api.send<OurNumber>("PUT", "/numbers", settings);

export const undoNumber = (api: Api, e164: string, change: string) =>
  api.send<OurNumber>("POST", `${path(e164)}/undo`, { change });

export const cancelPlanned = (api: Api, id: string) =>
  api.send<Planned>("DELETE", `/planned-changes/${id}`);

export const addGroup = (api: Api, name: string, numbers: readonly string[] = []) =>
  api.send<NumberGroup>("POST", "/number-groups", { name, numbers });

export const renameGroup = (api: Api, id: string, name: string) =>
  api.send<NumberGroup>("PUT", `/number-groups/${id}`, { name });

export const removeGroup = (api: Api, id: string) =>
  api.send<void>("DELETE", `/number-groups/${id}`);

export const approveRequest = (api: Api, id: string, e164: string, text: string) =>
  api.send<NumberRequest>("POST", `/number-requests/${id}/approve`, { e164, text });

export const refuseRequest = (api: Api, id: string, text: string) =>
  api.send<NumberRequest>("POST", `/number-requests/${id}/refuse`, { text });

export const importNumbers = (api: Api, file: Blob, dryRun: boolean) =>
  api.request<NumberImport>(withQuery("/api/v1/numbers/import", { dry_run: dryRun ? 1 : null }), {
    method: "POST",
    body: file,
  });

export const NUMBERS_CSV = "/api/v1/numbers.csv?format=excel-de";

function queryOf({ query, state, group, held, going_live }: NumberSearch) {
  const person = held.includes("@");
  const whose = { held: person ? "" : held, user: person ? held : "" };
  return { query, state, group, going_live, ...whose };
}

/** All that are found, however many. */
export const allNumbers = (api: Api, search: NumberSearch) =>
  api.get<Page<OurNumber>>("/numbers", queryOf(search));

export const numbersSearchQuery = (api: Api, search: NumberSearch) =>
  infiniteQueryOptions({
    queryKey: [...keys.numbers, "search", search],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<OurNumber>>(
        "/numbers",
        { ...queryOf(search), cursor: pageParam, limit: 50 },
        signal,
      ),
    initialPageParam: "",
    getNextPageParam: (page: Page<OurNumber>) => page.next ?? undefined,
    placeholderData: keepPreviousData,
    refetchInterval: 15_000,
  });

export const numberQuery = (api: Api, e164: string) =>
  queryOptions({
    queryKey: [...keys.numbers, "one", e164],
    queryFn: () => api.get<NumberDetail>(path(e164)),
    // Somebody else may hand it over, or a plan's time comes.
    refetchInterval: 5_000,
  });

export const groupsQuery = (api: Api) =>
  queryOptions({
    queryKey: [...keys.numbers, "groups"],
    queryFn: () => api.get<Page<NumberGroup>>("/number-groups"),
  });

export const numberRequestsQuery = (api: Api) =>
  queryOptions({
    queryKey: [...keys.numbers, "requests"],
    queryFn: () => api.get<Page<NumberRequest>>("/number-requests", { open: 1 }),
    refetchInterval: 30_000,
  });

export const freeNumbersQuery = (api: Api) =>
  queryOptions({
    queryKey: [...keys.numbers, "free"],
    queryFn: () => api.get<Page<OurNumber>>("/numbers", { held: "nobody" }),
  });

/** After any change: everything that shows numbers asks again. */
export function useRefreshNumbers(): () => void {
  const queries = useQueryClient();
  return () => void queries.invalidateQueries({ queryKey: keys.numbers });
}
