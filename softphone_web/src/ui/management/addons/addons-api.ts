/** What the pages of add-ons ask the server, and what becomes stale together. */
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import type { Api } from "../../../api/client";
import type { components } from "../../../api/schema";
import type { Page } from "../../../api/types";
import { warn } from "../../shared/toasts";
import { errorText } from "../../shared/trouble";
import { BILLING, type Change, paged } from "../billing/billing-api";

type Schemas = components["schemas"];
type Paged<T> = Page<T> & { next: string | null };

export type Card = Schemas["OrderCard"];
export type Order = Schemas["OrderView"];
export type Step = Schemas["StepView"];
export type StepName = Step["step"];
export type OrderAdd = Partial<Schemas["OrderAdd"]> &
  Pick<Schemas["OrderAdd"], "key" | "customer_id" | "option">;
export type OrderPatch = Partial<Schemas["OrderPatch"]>;
export type StepPut = Partial<Schemas["StepPut"]>;
export type Prices = Schemas["AddonPrices"];
export type PriceSet = Schemas["AddonPriceSet"];
export type Settings = Schemas["AddonSettings"];
export type BookingLink = Schemas["BookingLinkView"];
export type LinkWish = Partial<Schemas["BookingLinkPost"]>;
export type OptionName = Card["option"];
export type GreetingName = Card["greeting"];

export const STEPS: readonly StepName[] = [
  "feasible",
  "number",
  "greeting",
  "configured",
  "test-call",
  "informed",
];
export const OPTIONS: readonly OptionName[] = [
  "extension",
  "mailbox",
  "own-number",
  "country-number",
];
export const GREETINGS: readonly GreetingName[] = ["none", "supplied", "vpa", "professional"];

/** As the server has it: which greetings may be chosen with an option. */
export const greetingsFor = (option: OptionName): readonly GreetingName[] => {
  if (option === "extension") return ["none"];
  return option === "mailbox" ? GREETINGS.filter((each) => each !== "none") : GREETINGS;
};

const ADDONS = ["addons"];
const PAGE = 60;
/** A test call takes half a minute, and reports when it is over. */
const RUNNING_MS = 1_500;
const BOARD_MS = 30_000;
const enc = encodeURIComponent;
const order = (id: string) => `/addon-orders/${enc(id)}`;

export interface OrderFilter {
  query: string;
  state: string;
  kind: string;
  owner: string;
  customer: string;
}

export const ordersQuery = (api: Api, which: OrderFilter) => ({
  ...paged([...ADDONS, "orders", which], (cursor, signal) =>
    api.get<Paged<Card>>("/addon-orders", { ...which, cursor, limit: PAGE }, signal),
  ),
  refetchInterval: BOARD_MS,
});

export const orderQuery = (api: Api, id: string) =>
  queryOptions({
    queryKey: [...BILLING, ...ADDONS, "order", id],
    queryFn: () => api.get<Order>(order(id)),
    refetchInterval: (query) => (query.state.data?.test_call === "running" ? RUNNING_MS : BOARD_MS),
  });

export const orderHistoryQuery = (api: Api, id: string) =>
  paged([...ADDONS, "history", id], (cursor, signal) =>
    api.get<Paged<Change>>(`${order(id)}/history`, { cursor, limit: 20 }, signal),
  );

export const pricesQuery = (api: Api) =>
  queryOptions({
    queryKey: [...BILLING, ...ADDONS, "prices"],
    queryFn: () => api.get<Page<Prices>>("/addon-prices"),
  });

export const settingsQuery = (api: Api) =>
  queryOptions({
    queryKey: [...BILLING, ...ADDONS, "settings"],
    queryFn: () => api.get<Settings>("/addon-settings"),
  });

export const linksQuery = (api: Api, customer: string) =>
  queryOptions({
    queryKey: [...BILLING, ...ADDONS, "links", customer],
    queryFn: () => api.get<Page<BookingLink>>(`/customers/${enc(customer)}/booking-links`),
  });

export const addOrder = (api: Api, wish: OrderAdd) =>
  api.send<Order>("POST", "/addon-orders", wish);
export const patchOrder = (api: Api, id: string, patch: OrderPatch) =>
  api.send<Order>("PATCH", order(id), patch);
export const putStep = (api: Api, id: string, step: StepName, wish: StepPut) =>
  api.send<Order>("PUT", `${order(id)}/steps/${step}`, wish);
export const comment = (api: Api, id: string, text: string) =>
  api.send<Order>("POST", `${order(id)}/comments`, { text });
export const cancelOrder = (api: Api, id: string, reason: string) =>
  api.send<Order>("POST", `${order(id)}/cancel`, { reason });
export const activate = (api: Api, id: string, at: string | null) =>
  api.send<Order>("PUT", `${order(id)}/activation`, { at });
export const cancelActivation = (api: Api, id: string) =>
  api.send<Order>("DELETE", `${order(id)}/activation`);
export const testCall = (api: Api, id: string) =>
  api.send<Order>("POST", `${order(id)}/test-calls`);
export const putPrices = (api: Api, set: PriceSet) =>
  api.send<Page<Prices>>("PUT", "/addon-prices", set);
export const removePrices = (api: Api, day: string) =>
  api.send<Page<Prices>>("DELETE", `/addon-prices/${enc(day)}`);
export const putSettings = (api: Api, settings: Settings) =>
  api.send<Settings>("PUT", "/addon-settings", settings);
export const addLink = (api: Api, customer: string, wish: LinkWish) =>
  api.send<BookingLink>("POST", `/customers/${enc(customer)}/booking-links`, wish);
export const revokeLink = (api: Api, customer: string, link: string) =>
  api.send<BookingLink>("DELETE", `/customers/${enc(customer)}/booking-links/${enc(link)}`);

/** A change of anything here, one after the other: what is chosen last stays. Numbers and
 * greetings may be others by it, too. */
export function useAddonChange<V, R>(
  change: (value: V) => Promise<R>,
  then?: (result: R, value: V) => void,
) {
  const queries = useQueryClient();
  return useMutation({
    scope: { id: "addons" },
    mutationFn: change,
    onSuccess: (result, value) => then?.(result, value),
    onError: (error) => warn(errorText(error)),
    onSettled: () => {
      for (const queryKey of [BILLING, ["numbers"], ["greetings"]]) {
        void queries.invalidateQueries({ queryKey });
      }
    },
  });
}
