import { beforeEach, describe, expect, test, vi } from "vitest";
import { Api, ApiError, withQuery } from "./client";

let requests: { url: string; init: RequestInit }[];
let reply: () => Promise<Response>;
let signedOut: number;
let api: Api;

const json =
  (status: number, body: unknown, type = "application/json") =>
  () =>
    Promise.resolve(
      new Response(JSON.stringify(body), { status, headers: { "Content-Type": type } }),
    );

beforeEach(() => {
  requests = [];
  signedOut = 0;
  api = new Api({
    fetch: (url, init) => {
      requests.push({ url, init: init ?? {} });
      return reply();
    },
    language: () => "de",
    onSignedOut: () => {
      signedOut += 1;
    },
  });
});

const failure = (promise: Promise<unknown>): Promise<ApiError> =>
  promise.then(
    () => {
      throw new Error("did not fail");
    },
    (error: unknown) => error as ApiError,
  );

describe("requests", () => {
  test("carry JSON and the user's language", async () => {
    reply = json(201, { id: "c1" });
    await api.place({ task: "T", country: "DE", number: "30", key: "k" });
    const { url, init } = requests[0] ?? { url: "", init: {} };
    expect(url).toBe("/api/v1/calls");
    expect(init.method).toBe("POST");
    expect(JSON.parse(String(init.body))).toEqual({
      task: "T",
      country: "DE",
      number: "30",
      key: "k",
    });
    const headers = new Headers(init.headers);
    expect(headers.get("Accept-Language")).toBe("de");
    expect(headers.get("Content-Type")).toBe("application/json");
  });

  test("a plus in a path or query is not lost", async () => {
    reply = json(200, {});
    await api.assign("+4922182829980", null);
    await api.checkNumber("DE", "+49 30");
    expect(requests[0]?.url).toBe("/api/v1/numbers/%2B4922182829980/assign");
    expect(requests[1]?.url).toBe("/api/v1/numbers/check?country=DE&number=%2B49+30");
  });

  test("empty parts of a query are left out", () => {
    expect(withQuery("/x", { a: "", b: null, c: undefined, d: 0 })).toBe("/x?d=0");
    expect(withQuery("/x")).toBe("/x");
  });

  test("an answer without a body is none", async () => {
    reply = () => Promise.resolve(new Response(null, { status: 204 }));
    await expect(api.endSessions(null)).resolves.toBeUndefined();
  });
});

describe("failures", () => {
  test("a problem is told by its error_id", async () => {
    reply = json(403, { error_id: "country-not-allowed", detail: "Nein.", status: 403, title: "" });
    const error = await failure(api.place({ task: "", country: "", number: "", key: "" }));
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({
      errorId: "country-not-allowed",
      status: 403,
      detail: "Nein.",
    });
  });

  test("a switch that is never answered has no connection after a while", async () => {
    const timer = new AbortController();
    const timeout = vi.spyOn(AbortSignal, "timeout").mockReturnValue(timer.signal);
    reply = () =>
      new Promise((_, refuse) => {
        const { signal } = requests.at(-1)?.init ?? {};
        signal?.addEventListener("abort", () => refuse(signal.reason));
      });
    const failed = failure(api.setStatus("away"));
    timer.abort(new DOMException("signal timed out", "TimeoutError"));
    expect(await failed).toMatchObject({ errorId: "network", status: 0 });
    expect(timeout).toHaveBeenCalledWith(15_000);
    timeout.mockRestore();
  });

  test("a page of a proxy is a server error", async () => {
    reply = () => Promise.resolve(new Response("<html>", { status: 502 }));
    expect(await failure(api.users())).toMatchObject({ errorId: "server-error", status: 502 });
  });

  test("no answer is the network", async () => {
    reply = () => Promise.reject(new TypeError("Failed to fetch"));
    expect(await failure(api.users())).toMatchObject({ errorId: "network", status: 0 });
  });

  test("a success that is no JSON is a bad answer", async () => {
    reply = () => Promise.resolve(new Response("<html>", { status: 200 }));
    expect(await failure(api.users())).toMatchObject({ errorId: "bad-answer" });
  });

  test("401 signs out, except while signing in", async () => {
    reply = json(401, { error_id: "wrong-credentials", detail: "" });
    await failure(api.signIn("a@example.test", "x", ""));
    expect(signedOut).toBe(0);
    await failure(api.users());
    expect(signedOut).toBe(1);
  });

  test("an aborted request stays an abort", async () => {
    const abort = new AbortController();
    abort.abort();
    reply = () => Promise.reject(new DOMException("aborted", "AbortError"));
    const error = await failure(api.checkNumber("DE", "1", abort.signal));
    expect(error.name).toBe("AbortError");
  });
});
