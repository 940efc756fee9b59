/** What the page "Integration" asks the server, and what becomes stale together. */
import {
  infiniteQueryOptions,
  keepPreviousData,
  queryOptions,
  useMutation,
  useQueryClient,
} from "@tanstack/react-query";
import type { Api } from "../../../api/client";
import type { components } from "../../../api/schema";
import type { Page } from "../../../api/types";
import { warn } from "../../shared/toasts";
import { errorText } from "../../shared/trouble";

type Schemas = components["schemas"];

export type Endpoint = Schemas["EndpointView"];
export type EndpointSecret = Schemas["EndpointSecret"];
export type EndpointWish = Pick<Schemas["EndpointPost"], "url" | "events" | "note">;
export type EndpointPatch = Partial<Schemas["EndpointPatch"]>;
export type Delivery = Schemas["DeliveryView"];
export type DeliveryDetail = Schemas["DeliveryDetail"];
export type Attempt = Schemas["AttemptView"];
export type Template = Schemas["TemplateView"];
export type Templates = Schemas["TemplatesView"];
export type EventName = Endpoint["events"][number];

/** Keys of their words; what may be chosen comes first, in this order. */
export const EVENT_WORDS = {
  "call.ended": "callEnded",
  "share.over_limit": "overLimit",
  "factor.changed": "factorChanged",
  "statement.ready": "statementReady",
  "customer.informed": "customerInformed",
  "addon.booked": "addonBooked",
  "addon.changed": "addonChanged",
  test: "test",
} as const satisfies Record<EventName, string>;

export const EVENTS = (Object.keys(EVENT_WORDS) as EventName[]).filter((name) => name !== "test");

export const TONES = { waiting: "wait", delivered: "good", failed: "bad" } as const;

const KEY = ["integration"];
const PAGE = 50;
const LOOK_MS = 5_000;
const enc = encodeURIComponent;

export const endpointsQuery = (api: Api) =>
  queryOptions({
    queryKey: [...KEY, "endpoints"],
    queryFn: () => api.get<Page<Endpoint>>("/hook-endpoints"),
    refetchInterval: LOOK_MS,
  });

export interface DeliveryFilter {
  endpoint: string;
  state: string;
  event: string;
}

export const deliveriesQuery = (api: Api, which: DeliveryFilter) =>
  infiniteQueryOptions({
    queryKey: [...KEY, "deliveries", which.endpoint, which.state, which.event],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<Delivery> & { next: string | null }>(
        "/hook-deliveries",
        { ...which, cursor: pageParam, limit: PAGE },
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
    refetchInterval: LOOK_MS,
  });

export const deliveryQuery = (api: Api, id: string) =>
  queryOptions({
    queryKey: [...KEY, "delivery", id],
    queryFn: () => api.get<DeliveryDetail>(`/hook-deliveries/${enc(id)}`),
    refetchInterval: (query) => (query.state.data?.delivery.state === "waiting" ? 1_000 : false),
  });

export const templatesQuery = (api: Api) =>
  queryOptions({
    queryKey: [...KEY, "templates"],
    queryFn: () => api.get<Templates>("/message-templates"),
  });

const endpoint = (id: string) => `/hook-endpoints/${enc(id)}`;

export const addEndpoint = (api: Api, wish: EndpointWish) =>
  api.send<EndpointSecret>("POST", "/hook-endpoints", wish);

export const changeEndpoint = (api: Api, id: string, patch: EndpointPatch) =>
  api.send<Endpoint>("PATCH", endpoint(id), patch);

export const removeEndpoint = (api: Api, id: string) => api.send<void>("DELETE", endpoint(id));

export const renewSecret = (api: Api, id: string) =>
  api.send<EndpointSecret>("POST", `${endpoint(id)}/secret`);

export const testEndpoint = (api: Api, id: string) =>
  api.send<DeliveryDetail>("POST", `${endpoint(id)}/test`);

export const replaySpan = (api: Api, id: string, since: string, until: string) =>
  api.send<Schemas["Replayed"]>("POST", `${endpoint(id)}/replay`, { since, until });

export const replay = (api: Api, id: string) =>
  api.send<DeliveryDetail>("POST", `/hook-deliveries/${enc(id)}/replay`);

export const putTemplate = (
  api: Api,
  { name, language }: Pick<Template, "name" | "language">,
  text: string | null,
) => api.send<Template>("PUT", `/message-templates/${name}/${language}`, { text });

export const previewTemplate = (api: Api, text: string, language: Template["language"]) =>
  api.send<{ text: string }>("POST", "/message-templates/preview", { text, language });

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
