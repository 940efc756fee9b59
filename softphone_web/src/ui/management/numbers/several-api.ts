/** The checklists of several numbers at once. */
import { queryOptions } from "@tanstack/react-query";
import type { Api } from "../../../api/client";
import type { components } from "../../../api/schema";
import type { Page } from "../../../api/types";
import { keys } from "../../shared/queries";

type Schemas = components["schemas"];

export type Checkup = Schemas["NumberCheckup"];
export type ChecksDone = Schemas["ChecksDone"];

export const checkupsQuery = (api: Api, numbers: readonly string[]) =>
  queryOptions({
    queryKey: [...keys.numbers, "checks", numbers],
    queryFn: () => api.send<Page<Checkup>>("POST", "/number-checks/look", { numbers }),
    gcTime: 0,
    // What is confirmed is what was shown, not what came meanwhile.
    staleTime: Number.POSITIVE_INFINITY,
  });

export const confirmNumbers = (api: Api, seen: readonly Checkup[]) =>
  api.send<ChecksDone>("POST", "/number-checks", {
    numbers: seen.map(({ e164, seen }) => ({ e164, seen })),
  });

/** `at`: as the confirmation was answered. */
export const takeNumbersBack = (api: Api, at: string) =>
  api.send<void>("POST", "/number-checks/take-back", { at });
