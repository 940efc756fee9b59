/** What must be looked at before callers use a number. */
import { queryOptions } from "@tanstack/react-query";
import type { Api } from "../../../api/client";
import type { components } from "../../../api/schema";
import { keys } from "../../shared/queries";
import { isRunning } from "./going-live";

type Schemas = components["schemas"];

export type GoingLive = Schemas["GoingLiveView"];
export type Point = Schemas["PointView"];

/** A test call takes some seconds, and reports when it is over. */
const RUNNING_MS = 1_500;
const LOOK_MS = 15_000;

const path = (e164: string) => `/numbers/${encodeURIComponent(e164)}`;

export const goingLiveQuery = (api: Api, e164: string) =>
  queryOptions({
    queryKey: [...keys.numbers, "going-live", e164],
    queryFn: () => api.get<GoingLive>(`${path(e164)}/going-live`),
    refetchInterval: (query) =>
      query.state.data && isRunning(query.state.data) ? RUNNING_MS : LOOK_MS,
  });

export const confirmPoint = (api: Api, e164: string, { point, seen }: Point) =>
  api.send<GoingLive>("PUT", `${path(e164)}/going-live/${point}`, { seen });

export const takePointBack = (api: Api, e164: string, { point }: Point) =>
  api.send<GoingLive>("DELETE", `${path(e164)}/going-live/${point}`);

export const goLive = (api: Api, e164: string) =>
  api.send<GoingLive>("POST", `${path(e164)}/going-live`);

export const testNumber = (api: Api, e164: string) =>
  api.send<GoingLive>("POST", `${path(e164)}/test-calls`);
