/** What the pages around the phone ask of the server. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { Api } from "../../api/client";
import type { Call, Contact, Page } from "../../api/types";
import { keys } from "../shared/queries";

const MINUTE = 60_000;

export interface HistorySearch {
  user: string;
  from?: string;
  query?: string;
  direction?: string;
  outcome?: string;
  task?: string;
}

export const historyQuery = (api: Api, search: HistorySearch) =>
  infiniteQueryOptions({
    queryKey: [...keys.calls, "history", search],
    queryFn: ({ pageParam }) => api.calls({ ...search, cursor: pageParam, limit: 50 }),
    initialPageParam: "",
    getNextPageParam: (page: Page<Call>) => page.next ?? undefined,
    staleTime: MINUTE / 4,
  });

export const contactsQuery = (api: Api, query: string) =>
  infiniteQueryOptions({
    queryKey: [...keys.contacts, "list", query],
    queryFn: ({ pageParam }) => api.contacts({ query, cursor: pageParam, limit: 100 }),
    initialPageParam: "",
    getNextPageParam: (page: Page<Contact>) => page.next ?? undefined,
    staleTime: MINUTE / 4,
  });

export const taskNoteQuery = (api: Api, task: string) =>
  queryOptions({
    queryKey: ["task-note", task],
    queryFn: () => api.taskNote(task),
    staleTime: MINUTE / 6,
    // Others write it too.
    refetchInterval: MINUTE / 2,
  });

export const waveformQuery = (api: Api, voicemail: string) =>
  queryOptions({
    queryKey: ["waveform", voicemail],
    queryFn: () => api.waveform(voicemail),
    staleTime: Number.POSITIVE_INFINITY,
  });

export const diaryQuery = (api: Api, days: number) =>
  queryOptions({
    queryKey: [...keys.quality, days],
    queryFn: () => api.quality({ days }),
    staleTime: MINUTE,
  });

export const openRequestsQuery = (api: Api) =>
  queryOptions({
    queryKey: [...keys.requests, "open"],
    queryFn: () => api.countryRequests({ open: "1", limit: 50 }),
    staleTime: MINUTE / 4,
  });

export const myRequestsQuery = (api: Api) =>
  queryOptions({
    queryKey: [...keys.requests, "mine"],
    queryFn: () => api.countryRequests({ limit: 50 }),
    staleTime: MINUTE / 4,
  });
