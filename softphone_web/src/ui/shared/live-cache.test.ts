import { QueryObserver } from "@tanstack/react-query";
import { beforeEach, expect, test, vi } from "vitest";
import { ApiError } from "../../api/client";
import type { CountryRequest, VoicemailView } from "../../api/types";
import { FreshQueries } from "./fresh-queries";
import { hearInCache, withVoicemail } from "./live-cache";
import { keys, worthRetrying } from "./queries";

const aVoicemail = (id: string, state: VoicemailView["state"] = "waiting"): VoicemailView => ({
  id,
  call_id: "c1",
  did: "+4922182829980",
  label: "Zentrale",
  caller: null,
  caller_national: null,
  recorded_at: "2026-11-21T10:00:00Z",
  duration_seconds: 10,
  speech_seconds: 8,
  state,
  reason: "",
  detail: null,
  user: null,
  mails: [],
  audio: `/api/v1/voicemails/${id}/audio`,
  care: "open",
  claimed_by: null,
  claimed_by_name: null,
  claimed_at: null,
  done_by_name: null,
  done_at: null,
  task: null,
  task_title: null,
  transcript: "",
  kept_until: null,
  removed: false,
});

let queries: FreshQueries;

beforeEach(() => {
  queries = new FreshQueries();
});

test("a known message is replaced where it stands, a new one comes first", () => {
  const pages = {
    pages: [
      { items: [aVoicemail("a")], next: "x" },
      { items: [aVoicemail("b")], next: null },
    ],
    pageParams: ["", "x"],
  };
  const changed = withVoicemail(pages, aVoicemail("b", "accepted"));
  expect(changed.pages.map((page) => page.items.map((each) => each.state))).toEqual([
    ["waiting"],
    ["accepted"],
  ]);
  const grown = withVoicemail(pages, aVoicemail("c"));
  expect(grown.pages[0]?.items.map((each) => each.id)).toEqual(["c", "a"]);
});

test("presence reaches the list of people", () => {
  const user = { id: "1", email: "vpa1@example.test", name: "M", role: "vpa", live: false };
  queries.setQueryData(keys.users, { items: [user], next: null });
  hearInCache(queries, {
    type: "presence",
    user: "vpa1@example.test",
    live: true,
    presence: "available",
  });
  expect(queries.getQueryData(keys.users)).toEqual({
    items: [{ ...user, live: true, presence: "available" }],
    next: null,
  });
});

test("presence reaches the list of colleagues, my own status the page's head", () => {
  const boss = { email: "boss@example.test", name: "B", presence: "offline" };
  queries.setQueryData(keys.colleagues, { items: [boss], next: null });
  queries.setQueryData(keys.me, { email: "vpa1@example.test", status: "available" });
  hearInCache(queries, { type: "presence", user: boss.email, live: true, presence: "on_call" });
  hearInCache(queries, { type: "status", status: "away" });
  expect(queries.getQueryData(keys.colleagues)).toEqual({
    items: [{ ...boss, presence: "on_call" }],
    next: null,
  });
  expect(queries.getQueryData(keys.me)).toEqual({ email: "vpa1@example.test", status: "away" });
});

test("a list that was never loaded is not made up", () => {
  hearInCache(queries, { type: "voicemail", voicemail: aVoicemail("a") });
  hearInCache(queries, { type: "presence", user: "x", live: true, presence: "available" });
  expect(queries.getQueryData(keys.voicemails)).toBeUndefined();
  expect(queries.getQueryData(keys.users)).toBeUndefined();
});

test("a change while a list is loaded for the first time is not lost", async () => {
  const answers: ((page: string) => void)[] = [];
  const queryFn = () => new Promise<string>((answer) => answers.push(answer));
  const list = new QueryObserver(queries, { queryKey: [...keys.inbox, "list"], queryFn });
  const stop = list.subscribe(() => undefined);
  hearInCache(queries, { type: "voicemail", voicemail: aVoicemail("a") });
  await vi.waitFor(() => expect(answers).toHaveLength(2));
  answers[0]?.("before the change");
  answers[1]?.("after it");
  await vi.waitFor(() => expect(list.getCurrentResult().data).toBe("after it"));
  stop();
});

test("an answer to a request makes countries and checked numbers stale", () => {
  queries.setQueryData(keys.countries, { items: [], next: null });
  queries.setQueryData(["check", "IT", "02"], { allowed: false });
  const request: CountryRequest = {
    id: "r1",
    country: "IT",
    country_name: "Italien",
    task: "",
    task_title: null,
    reason: "Lieferant",
    state: "open",
    answer: "",
    by: "vpa1@example.test",
    by_name: "Mara Lenz",
    created_at: "2026-11-21T10:00:00Z",
    decided_at: null,
    decided_by: null,
    granted: null,
  };
  const stale = (key: readonly string[]) => queries.getQueryState(key)?.isInvalidated;
  hearInCache(queries, { type: "country-request", request });
  expect(stale(keys.countries)).toBe(false);
  hearInCache(queries, { type: "country-request", request: { ...request, state: "approved" } });
  expect(stale(keys.countries)).toBe(true);
  expect(stale(["check", "IT", "02"])).toBe(true);
  expect(queries.getQueryData(keys.lastRequest)).toMatchObject({ state: "approved" });
});

test("only what may pass is tried again", () => {
  expect(worthRetrying(0, new ApiError("network", 0, ""))).toBe(true);
  expect(worthRetrying(0, new ApiError("switch-unreachable", 503, ""))).toBe(true);
  expect(worthRetrying(3, new ApiError("network", 0, ""))).toBe(false);
  expect(worthRetrying(0, new ApiError("not-found", 404, ""))).toBe(false);
  expect(worthRetrying(0, new TypeError("bug"))).toBe(false);
});
