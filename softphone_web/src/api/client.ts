/** The API over fetch: one function for each operation, errors typed by their `error_id`. */
import type {
  Budget,
  Call,
  CallerInfo,
  CallRequest,
  CallWithTimeline,
  CheckCall,
  Colleague,
  Contact,
  ContactPut,
  CountryRequest,
  CountryRequestPut,
  CountryView,
  IceServers,
  ImportResult,
  Language,
  Me,
  NoteView,
  NumberCheck,
  NumberView,
  Page,
  PhoneShare,
  PushSubscriptionPut,
  QualityDiary,
  QualityReport,
  Sound,
  Status,
  TaskSeconds,
  TaskView,
  TransferRequest,
  UserView,
  VoicemailView,
  Waveform,
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

  setStatus = (status: Status) => this.send<Me>("PUT", "/session/status", { status });

  users = () => this.get<Page<UserView>>("/users");
  tasks = (query: string, signal?: AbortSignal) =>
    this.get<Page<TaskView>>("/tasks", { query }, signal);
  phoneShare = (task: string) => this.get<PhoneShare>(`/tasks/${enc(task)}/phone-share`);
  favourite = (task: string, on: boolean) =>
    this.send<void>(on ? "PUT" : "DELETE", `/tasks/${enc(task)}/favourite`);
  taskNote = (task: string) => this.get<NoteView>(`/tasks/${enc(task)}/note`);
  noteTask = (task: string, text: string) =>
    this.send<NoteView>("PUT", `/tasks/${enc(task)}/note`, { text }, { keepalive: true });
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
  calls = (query: Query, signal?: AbortSignal) => this.get<Page<Call>>("/calls", query, signal);
  call = (id: string) => this.get<CallWithTimeline>(`/calls/${enc(id)}`);
  answer = (id: string, task: string | null) =>
    this.send<Call>("POST", `/calls/${enc(id)}/answer`, task ? { task } : {});
  decline = (id: string) => this.send<Call>("POST", `/calls/${enc(id)}/decline`);
  hangUp = (id: string) => this.send<Call>("POST", `/calls/${enc(id)}/hangup`);
  tones = (id: string, digits: string) =>
    this.send<void>("POST", `/calls/${enc(id)}/dtmf`, { digits });
  hold = (id: string) => this.send<Call>("POST", `/calls/${enc(id)}/hold`);
  /** Another call of mine that is talked in is put on hold first. */
  resume = (id: string) => this.send<Call>("POST", `/calls/${enc(id)}/resume`);
  transfer = (id: string, request: TransferRequest) =>
    this.send<Call>("POST", `/calls/${enc(id)}/transfer`, request);
  takeBack = (id: string) => this.send<Call>("POST", `/calls/${enc(id)}/take-back`);
  complete = (id: string, other: string) =>
    this.send<Call>("POST", `/calls/${enc(id)}/complete`, { other });
  join = (id: string, other: string) =>
    this.send<Call>("POST", `/calls/${enc(id)}/join`, { other });
  sound = (id: string) => this.get<Sound>(`/calls/${enc(id)}/sound`);
  reportQuality = (id: string, report: QualityReport) =>
    this.send<void>("POST", `/calls/${enc(id)}/quality`, report, { keepalive: true });
  noteCall = (id: string, text: string) =>
    this.send<NoteView>("PUT", `/calls/${enc(id)}/note`, { text }, { keepalive: true });
  startCheck = () => this.send<CheckCall>("POST", "/check-calls");

  colleagues = () => this.get<Page<Colleague>>("/colleagues");
  contacts = (query: Query, signal?: AbortSignal) =>
    this.get<Page<Contact>>("/contacts", query, signal);
  addContact = (contact: ContactPut) => this.send<Contact>("POST", "/contacts", contact);
  putContact = (id: string, contact: ContactPut) =>
    this.send<Contact>("PUT", `/contacts/${enc(id)}`, contact);
  deleteContact = (id: string) => this.send<void>("DELETE", `/contacts/${enc(id)}`);
  /** `file`: CSV with a header line, or vCards. */
  importContacts = (file: Blob, options: { dryRun: boolean; public: boolean }) =>
    this.request<ImportResult>(
      withQuery(`${BASE}/contacts/import`, {
        dry_run: options.dryRun ? 1 : null,
        public: options.public ? 1 : null,
      }),
      { method: "POST", body: file },
    );
  callerInfo = (number: string, signal?: AbortSignal) =>
    this.get<CallerInfo>("/callers", { number }, signal);

  countryRequests = (query: Query) => this.get<Page<CountryRequest>>("/country-requests", query);
  requestCountry = (request: CountryRequestPut) =>
    this.send<CountryRequest>("POST", "/country-requests", request);
  approveCountry = (id: string, text: string) =>
    this.send<CountryRequest>("POST", `/country-requests/${enc(id)}/approve`, { text });
  refuseCountry = (id: string, text: string) =>
    this.send<CountryRequest>("POST", `/country-requests/${enc(id)}/refuse`, { text });

  quality = (query: Query) => this.get<QualityDiary>("/quality", query);
  iceServers = () => this.get<IceServers>("/ice-servers");
  pushKey = () => this.get<{ public_key: string }>("/push/key");
  subscribePush = (subscription: PushSubscriptionPut) =>
    this.send<void>("PUT", "/push/subscription", subscription);
  unsubscribePush = (endpoint: string) =>
    this.send<void>("DELETE", "/push/subscription", { endpoint });
  /** Bytes that arrived of 128 KiB. */
  probeDown = async (signal?: AbortSignal): Promise<number> => {
    const answer = await this.ask(`${BASE}/probe`, signal ? { signal } : {});
    return (await answer.arrayBuffer()).byteLength;
  };
  /** `bytes`: up to 256 KiB. */
  probeUp = (bytes: Blob, signal?: AbortSignal) =>
    this.request<void>(`${BASE}/probe`, {
      method: "POST",
      body: bytes,
      ...(signal ? { signal } : {}),
    });

  voicemails = (query: Query) => this.get<Page<VoicemailView>>("/voicemails", query);
  forward = (id: string, to: string, note: string) =>
    this.send<VoicemailView>("POST", `/voicemails/${enc(id)}/forward`, { to, note });
  waveform = (id: string) => this.get<Waveform>(`/voicemails/${enc(id)}/waveform`);

  private get<T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> {
    return this.request<T>(withQuery(BASE + path, query), signal ? { signal } : {});
  }

  private send<T>(
    method: string,
    path: string,
    body?: unknown,
    init: RequestInit = {},
  ): Promise<T> {
    return this.request<T>(BASE + path, {
      ...init,
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } }),
    });
  }

  private async request<T>(url: string, init: RequestInit): Promise<T> {
    const response = await this.ask(url, init);
    if (response.status === 204) return undefined as T;
    try {
      return (await response.json()) as T;
    } catch {
      throw new ApiError("bad-answer", response.status, "");
    }
  }

  /** The answer, where it is a success. */
  private async ask(url: string, init: RequestInit): Promise<Response> {
    const headers = new Headers(init.headers);
    headers.set("Accept-Language", this.options.language());
    let response: Response;
    try {
      response = await this.options.fetch(url, { ...init, headers, credentials: "same-origin" });
    } catch (error) {
      if (init.signal?.aborted) throw error;
      throw new ApiError("network", 0, "");
    }
    if (response.ok) return response;
    const error = await errorOf(response);
    const signingIn = init.method === "POST" && url === `${BASE}/session`;
    if (response.status === 401 && !signingIn) this.options.onSignedOut();
    throw error;
  }
}

const enc = encodeURIComponent;
