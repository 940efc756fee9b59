/** What is asked of the server, under which key it is kept, and for how long it is fresh. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { Api } from "../../api/client";
import { ApiError } from "../../api/client";
import type { Page, VoicemailView } from "../../api/types";

const MINUTE = 60_000;

/** Repeats what failed on the way; what the server refused stays refused. */
export function worthRetrying(failures: number, error: Error): boolean {
  const passing = error instanceof ApiError && (error.status === 0 || error.status >= 500);
  return passing && failures < 3;
}

export const keys = {
  me: ["me"],
  tasks: ["tasks"],
  countries: ["countries"],
  calls: ["calls"],
  recent: ["calls", "recent"],
  users: ["users"],
  colleagues: ["colleagues"],
  contacts: ["contacts"],
  requests: ["country-requests"],
  lastRequest: ["last-country-request"],
  numberRequests: ["number-requests"],
  lastNumberRequest: ["last-number-request"],
  quality: ["quality"],
  caller: (number: string) => ["caller", number],
  numbers: ["numbers"],
  board: ["board"],
  voicemails: ["voicemails"],
  inbox: ["voicemails", "inbox"],
  share: (task: string) => ["share", task],
} as const;

export const meQuery = (api: Api) =>
  queryOptions({ queryKey: keys.me, queryFn: api.whoAmI, staleTime: Number.POSITIVE_INFINITY });

export const tasksQuery = (api: Api, query: string) =>
  queryOptions({
    queryKey: [...keys.tasks, query],
    queryFn: ({ signal }) => api.tasks(query, signal),
    staleTime: MINUTE / 2,
  });

export const countriesQuery = (api: Api) =>
  queryOptions({ queryKey: keys.countries, queryFn: api.countries, staleTime: MINUTE });

export const checkQuery = (api: Api, country: string, number: string, task = "") =>
  queryOptions({
    queryKey: ["check", country, number, task],
    queryFn: ({ signal }) => api.checkNumber(country, number, signal, task),
    // A country may be switched off at any moment; the server decides again when placing.
    staleTime: MINUTE / 6,
  });
export const shareQuery = (api: Api, task: string) =>
  queryOptions({
    queryKey: keys.share(task),
    queryFn: () => api.phoneShare(task),
    staleTime: MINUTE / 2,
  });

export const recentQuery = (api: Api, user: string) =>
  queryOptions({
    queryKey: [...keys.recent, user],
    queryFn: () => api.calls({ limit: 40, user }),
    staleTime: MINUTE / 2,
  });

export const usersQuery = (api: Api) =>
  queryOptions({ queryKey: keys.users, queryFn: api.users, staleTime: MINUTE / 4 });

export const colleaguesQuery = (api: Api) =>
  queryOptions({ queryKey: keys.colleagues, queryFn: api.colleagues, staleTime: MINUTE / 4 });

export const contactSearchQuery = (api: Api, query: string) =>
  queryOptions({
    queryKey: [...keys.contacts, "search", query],
    queryFn: ({ signal }) => api.contacts({ query, limit: 8 }, signal),
    staleTime: MINUTE / 2,
  });

export const callerQuery = (api: Api, number: string) =>
  queryOptions({
    queryKey: keys.caller(number),
    queryFn: () => api.callerInfo(number),
    staleTime: MINUTE / 2,
  });

export const numbersQuery = (api: Api) =>
  queryOptions({ queryKey: keys.numbers, queryFn: api.numbers, staleTime: MINUTE / 4 });

export const voicemailsQuery = (api: Api) =>
  infiniteQueryOptions({
    queryKey: keys.voicemails,
    queryFn: ({ pageParam }) => api.voicemails({ cursor: pageParam, limit: 50 }),
    initialPageParam: "",
    getNextPageParam: (page: Page<VoicemailView>) => page.next ?? undefined,
    refetchInterval: MINUTE / 2,
  });

export const callQuery = (api: Api, id: string) =>
  queryOptions({ queryKey: [...keys.calls, "one", id], queryFn: () => api.call(id) });
