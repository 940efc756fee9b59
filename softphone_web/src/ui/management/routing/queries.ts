/** What the pages of routing ask the server, and how they change it. */
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import type { Api } from "../../../api/client";
import type { components } from "../../../api/schema";
import type { Page } from "../../../api/types";
import { useServices } from "../../shared/services";
import { tell, warn } from "../../shared/toasts";
import { errorText } from "../../shared/trouble";

type Schemas = components["schemas"];

export type Step = Schemas["RouteStep"];
export type Route = Schemas["RouteView"];
export type Problem = Schemas["RouteProblem"];
export type Choices = Schemas["RouteChoices"];
export type Simulation = Schemas["Simulation"];
export type Schedule = Schemas["ScheduleView"];
export type Interval = Schemas["OpenInterval"];
export type Group = Schemas["RingGroupView"];
export type Absence = Schemas["AbsenceView"];
export type Blocked = Schemas["BlockedCaller"];
export type ListKind = Blocked["kind"];

const KEY = "routing";
const enc = encodeURIComponent;

export const routeQuery = (api: Api, e164: string) =>
  queryOptions({
    queryKey: [KEY, "route", e164],
    queryFn: () => api.get<Route>(`/numbers/${enc(e164)}/route`),
  });

export const choicesQuery = (api: Api) =>
  queryOptions({
    queryKey: [KEY, "choices"],
    queryFn: () => api.get<Choices>("/routing/choices"),
  });

export const listQuery = <T>(api: Api, name: "schedules" | "groups" | "absences" | "problems") =>
  queryOptions({
    queryKey: [KEY, name],
    queryFn: () => api.get<Page<T>>(`/routing/${name}`),
  });

export const simulate = (api: Api, e164: string, wish: object) =>
  api.send<Simulation>("POST", `/numbers/${enc(e164)}/simulate`, wish);

export const blockedPath = "/blocked-callers";
export const blockedKey = (kind: ListKind) => [KEY, "blocked", kind];

interface Change {
  method: "PUT" | "POST" | "DELETE";
  path: string;
  body?: object | undefined;
  /** Told when it is done; with `undo`, what takes it back. */
  text?: string | undefined;
  undo?: Change | undefined;
}

/**
 * Makes a change, tells of it with a way back, and looks again at all that routing shows; until
 * that has been seen it is pending, and the next change waits.
 */
export function useChange() {
  const { api } = useServices();
  const queries = useQueryClient();
  const mutation = useMutation({
    scope: { id: KEY },
    mutationFn: ({ method, path, body }: Change) => api.send<unknown>(method, path, body),
    onSuccess: (_, { text, undo }) => {
      if (text) tell(text, undo ? () => mutation.mutate(undo) : undefined);
      return queries.invalidateQueries({ queryKey: [KEY] });
    },
    onError: (error) => warn(errorText(error)),
  });
  return mutation;
}

/** A change of something with an id, and its way back. */
export function putting(
  path: string,
  before: object | null,
  after: object | null,
  text: string,
): Change {
  const to = (body: object | null): Change =>
    body ? { method: "PUT", path, body } : { method: "DELETE", path };
  return { ...to(after), text, undo: to(before) };
}

export const newId = () => crypto.randomUUID();
