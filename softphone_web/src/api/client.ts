/** The API over fetch: one function for each operation, errors typed by their `error_id`. */
import type {
  Budget,
  Call,
  CallRequest,
  CallWithTimeline,
  CountryView,
  Language,
  Me,
  NumberCheck,
  NumberView,
  Page,
  PhoneShare,
  TaskSeconds,
  TaskView,
  UserView,
  VoicemailView,
} from "./types";

const BASE = "/api/v1";

/** An answer that was no success; `errorId` is stable, `detail` is for people (may be empty). */
export class ApiError extends Error {
  override readonly name = "ApiError";

  constructor(
    readonly errorId: string,
    /** HTTP status; 0 where there was no answer at all. */
    readonly status: number,
    readonly detail: string,
  ) {
    super(`${errorId} (${status})`);
  }
}

type Query = Record<string, string | number | null | undefined>;

/** `path` with those of `query` that have a value. */
export function withQuery(path: string, query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== "") search.set(name, String(value));
  }
  const text = search.toString();
  return text ? `${path}?${text}` : path;
}

/** The error that a failed answer stands for; never throws, whatever the body is. */
export async function errorOf(response: Response): Promise<ApiError> {
  let body: unknown = null;
  try {
    body = await response.json();
  } catch {
    // Not JSON: a proxy's page, or nothing. The status has to do.
  }
  if (typeof body === "object" && body !== null && "error_id" in body) {
    const { error_id, detail } = body as { error_id: unknown; detail?: unknown };
    return new ApiError(
      String(error_id),
      response.status,
      typeof detail === "string" ? detail : "",
    );
  }
  return new ApiError(response.status >= 500 ? "server-error" : "bad-answer", response.status, "");
}

export interface ApiOptions {
  fetch: (input: string, init?: RequestInit) => Promise<Response>;
  /** Language for texts made before anybody has signed in. */
  language: () => string;
  /** Called when the server says that nobody is signed in (any more). */
  onSignedOut: () => void;
}

/** Every method rejects with `ApiError` only (or with an abort of its own signal). */
export class Api {
  constructor(private readonly options: ApiOptions) {}

  signIn = (email: string, password: string) =>
    this.send<Me>("POST", "/session", { email, password });
  whoAmI = () => this.get<Me>("/session");
  signOut = () => this.send<void>("DELETE", "/session");
  setLanguage = (language: Language) => this.send<Me>("PUT", "/session/language", { language });

  users = () => this.get<Page<UserView>>("/users");
  tasks = (query: string, signal?: AbortSignal) =>
    this.get<Page<TaskView>>("/tasks", { query }, signal);
  phoneShare = (task: string) => this.get<PhoneShare>(`/tasks/${enc(task)}/phone-share`);
  taskSeconds = (query: { from?: string; to?: string }) =>
    this.get<Page<TaskSeconds>>("/task-seconds", query);
  /** `format` excel-de: as a German Excel reads it. */
  taskSecondsCsv = (query: { from?: string; to?: string; format?: string }) =>
    withQuery(`${BASE}/task-seconds.csv`, query);
  budget = (effectiveMinutes: number, area: string) =>
    this.get<Budget>("/budget", { effective_minutes: effectiveMinutes, area });

  checkNumber = (country: string, number: string, signal?: AbortSignal) =>
    this.get<NumberCheck>("/numbers/check", { country, number }, signal);
  numbers = () => this.get<Page<NumberView>>("/numbers");
  assign = (e164: string, user: string | null) =>
    this.send<NumberView>("POST", `/numbers/${enc(e164)}/assign`, { user });
  countries = () => this.get<Page<CountryView>>("/countries");
  setCountry = (code: string, allowed: boolean) =>
    this.send<CountryView>("PUT", "/countries", { code, allowed });

  place = (request: CallRequest) => this.send<Call>("POST", "/calls", request);
  calls = (query: Query) => this.get<Page<Call>>("/calls", query);
  call = (id: string) => this.get<CallWithTimeline>(`/calls/${enc(id)}`);
  answer = (id: string, task: string | null) =>
    this.send<Call>("POST", `/calls/${enc(id)}/answer`, task ? { task } : {});
  decline = (id: string) => this.send<Call>("POST", `/calls/${enc(id)}/decline`);
  hangUp = (id: string) => this.send<Call>("POST", `/calls/${enc(id)}/hangup`);
  tones = (id: string, digits: string) =>
    this.send<void>("POST", `/calls/${enc(id)}/dtmf`, { digits });

  voicemails = (query: Query) => this.get<Page<VoicemailView>>("/voicemails", query);
  forward = (id: string, to: string, note: string) =>
    this.send<VoicemailView>("POST", `/voicemails/${enc(id)}/forward`, { to, note });

  private get<T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> {
    return this.request<T>(withQuery(BASE + path, query), signal ? { signal } : {});
  }

  private send<T>(method: string, path: string, body?: unknown): Promise<T> {
    return this.request<T>(BASE + path, {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } }),
    });
  }

  private async request<T>(url: string, init: RequestInit): Promise<T> {
    const headers = new Headers(init.headers);
    headers.set("Accept-Language", this.options.language());
    let response: Response;
    try {
      response = await this.options.fetch(url, { ...init, headers, credentials: "same-origin" });
    } catch (error) {
      if (init.signal?.aborted) throw error;
      throw new ApiError("network", 0, "");
    }
    if (!response.ok) {
      const error = await errorOf(response);
      const signingIn = init.method === "POST" && url === `${BASE}/session`;
      if (response.status === 401 && !signingIn) this.options.onSignedOut();
      throw error;
    }
    if (response.status === 204) return undefined as T;
    try {
      return (await response.json()) as T;
    } catch {
      throw new ApiError("bad-answer", response.status, "");
    }
  }
}

const enc = encodeURIComponent;
