/** What the pages of people ask the server, and what becomes stale together. */
import { infiniteQueryOptions, queryOptions, useQueryClient } from "@tanstack/react-query";
import type { Api } from "../../../api/client";
import type { Person } from "../../../api/types";
import { keys } from "../../shared/queries";

export interface Which {
  query: string;
  role: string;
  state: string;
  reachable: boolean;
}

const KEY = ["people"];
/** While a mail is on its way its state is asked again and again. */
const WAITING_MS = 2_000;

const onItsWay = (person: Person | undefined) => person?.mail?.state === "waiting";

export const peopleQuery = (api: Api, { query, role, state, reachable }: Which) =>
  infiniteQueryOptions({
    queryKey: [...KEY, "list", query, role, state, reachable],
    queryFn: ({ pageParam, signal }) =>
      api.people(
        { query, role, state, reachable: reachable ? 1 : null, cursor: pageParam, limit: 50 },
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    refetchInterval: ({ state: { data } }) =>
      data?.pages.some((page) => page.items.some(onItsWay)) ? WAITING_MS : false,
  });

export const seatsQuery = (api: Api) =>
  queryOptions({ queryKey: [...KEY, "seats"], queryFn: () => api.seats() });

export const personQuery = (api: Api, id: string) =>
  queryOptions({
    queryKey: [...KEY, "one", id],
    queryFn: () => api.person(id),
    refetchInterval: ({ state: { data } }) => (onItsWay(data) ? WAITING_MS : false),
  });

/** What depends on this person. */
export const belongingsQuery = (api: Api, id: string) =>
  queryOptions({ queryKey: [...KEY, "belongings", id], queryFn: () => api.belongings(id) });

/** After a change: the list, this person, and whoever shows people or numbers. */
export function useRefreshPeople(): (person?: Person) => void {
  const queries = useQueryClient();
  return (person) => {
    if (person) queries.setQueryData([...KEY, "one", person.id], person);
    void queries.invalidateQueries({ queryKey: KEY });
    void queries.invalidateQueries({ queryKey: keys.users });
    void queries.invalidateQueries({ queryKey: keys.numbers });
    void queries.invalidateQueries({ queryKey: ["routing"] });
  };
}
