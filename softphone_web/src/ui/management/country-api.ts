/** What the pages of countries and limits ask of the server. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { Api } from "../../api/client";
import type { components } from "../../api/schema";
import type { CountryRequest, Page } from "../../api/types";
import { berlinMidnight } from "../shared/format";

type Schemas = components["schemas"];

export type Unlock = Schemas["UnlockView"];
export type UnlockPut = Partial<Schemas["UnlockPut"]> & { country: string };
export type Scope = Schemas["CountryAnswer"]["scope"];
export type CountryAnswer = Partial<Schemas["CountryAnswer"]>;
export type RefusedCalls = Schemas["RefusedCalls"];
export type LinkedRequest = Schemas["LinkedRequest"];
export type LimitDefaults = Schemas["LimitDefaults"];
export type LimitValue = Schemas["LimitValue"];
export type LimitName = LimitValue["limit"];
export type PersonLimits = Schemas["PersonLimits"];
export type NumberType = LimitDefaults["number_types"][number];
export type Brake = Schemas["BrakeView"];
export type BrakeRule = Brake["rules"][number];

const SECONDS = 1000;

export const countryKeys = {
  unlocks: ["unlocks"],
  refused: ["refused-calls"],
  limits: ["limits"],
  people: ["limits", "people"],
  brake: ["brake"],
} as const;

export const unlocksQuery = (api: Api) =>
  queryOptions({
    queryKey: countryKeys.unlocks,
    queryFn: () => api.get<Page<Unlock>>("/unlocks", { current: "1", limit: 200 }),
    refetchInterval: 30 * SECONDS,
  });

export const refusedQuery = (api: Api) =>
  queryOptions({
    queryKey: countryKeys.refused,
    queryFn: () => api.get<Page<RefusedCalls>>("/refused-calls", { days: 7 }),
    refetchInterval: 30 * SECONDS,
  });

export const limitsQuery = (api: Api) =>
  queryOptions({
    queryKey: [...countryKeys.limits, "defaults"],
    queryFn: () => api.get<LimitDefaults>("/limits"),
  });

export const peopleLimitsQuery = (api: Api, query: string) =>
  infiniteQueryOptions({
    queryKey: [...countryKeys.people, query],
    queryFn: ({ pageParam }) =>
      api.get<Page<PersonLimits>>("/limits/people", { query, cursor: pageParam, limit: 50 }),
    initialPageParam: "",
    getNextPageParam: (page: Page<PersonLimits>) => page.next ?? undefined,
  });

export const brakeQuery = (api: Api) =>
  queryOptions({
    queryKey: countryKeys.brake,
    queryFn: () => api.get<Brake>("/brake"),
    refetchInterval: 15 * SECONDS,
  });

export const linkedQuery = (api: Api, token: string) =>
  queryOptions({
    queryKey: ["linked-request", token],
    queryFn: () => api.get<LinkedRequest>(`/country-decisions/${encodeURIComponent(token)}`),
    retry: false,
  });

export const approve = (api: Api, id: string, answer: CountryAnswer) =>
  api.send<CountryRequest>("POST", `/country-requests/${encodeURIComponent(id)}/approve`, answer);

/** When a day `YYYY-MM-DD` is over in Berlin; null without one. */
export function endOf(day: string): string | null {
  if (!day) return null;
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  return berlinMidnight(year, month - 1, date + 1);
}

/** A whole number from 1 on, or null where nothing (sensible) was typed. */
export function minutesOf(text: string): number | null {
  const value = Number.parseInt(text, 10);
  return Number.isFinite(value) && value > 0 ? value : null;
}
