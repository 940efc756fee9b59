/** What the team's inbox asks of the server. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { Api } from "../../api/client";
import type { Page, VoicemailView } from "../../api/types";
import { keys } from "../shared/queries";

const MINUTE = 60_000;

export const SHOWS = ["open", "mine", "done", "silent", "bounced"] as const;
export type Show = (typeof SHOWS)[number];

export interface InboxSearch {
  show: Show;
  did: string;
  person: string;
  caller: string;
}

export const inboxQuery = (api: Api, search: InboxSearch) =>
  infiniteQueryOptions({
    queryKey: [...keys.inbox, "list", search],
    queryFn: ({ pageParam }) => api.voicemails({ ...search, cursor: pageParam, limit: 50 }),
    initialPageParam: "",
    getNextPageParam: (page: Page<VoicemailView>) => page.next ?? undefined,
    refetchInterval: MINUTE / 2,
  });

export const silentCallsQuery = (api: Api) =>
  queryOptions({ queryKey: [...keys.inbox, "silent"], queryFn: api.silentCalls });

export const storageQuery = (api: Api) =>
  queryOptions({
    queryKey: [...keys.inbox, "storage"],
    queryFn: api.voicemailStorage,
    staleTime: MINUTE / 2,
    refetchInterval: MINUTE,
  });
