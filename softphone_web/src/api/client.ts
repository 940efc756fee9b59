/** The API over fetch: one function for each operation, errors typed by their `error_id`. */
import type {
  AccountLink,
  AccountLinkUsed,
  AuditKind,
  Belongings,
  Budget,
  Call,
  CallCount,
  CallerInfo,
  CallGroup,
  CallRequest,
  CallWithTimeline,
  CareStep,
  Change,
  CheckCall,
  Colleague,
  Contact,
  ContactPut,
  CountryRequest,
  CountryRequestPut,
  CountryView,
  ForwardRequest,
  IceServers,
  ImportResult,
  Language,
  Left,
  Me,
  MessageSent,
  MessageWish,
  NewToken,
  NoteView,
  NumberCheck,
  NumberRequest,
  NumberView,
  Page,
  PasswordRules,
  PeopleImport,
  Person,
  PersonPatch,
  PersonPost,
  PhoneShare,
  PushSubscriptionPut,
  QualityDiary,
  QualityReport,
  RecoveryCodes,
  SavedSearch,
  Seats,
  SecondFactor,
  SecondFactorSetUp,
  SessionView,
  SignedOut,
  SignInWays,
  SilentCalls,
  Sound,
  StatisticsView,
  Status,
  TaskSeconds,
  TaskView,
  TokenView,
  TokenWish,
  TransferRequest,
  UserView,
  VoicemailStorage,
  VoicemailView,
  Waveform,
} from "./types";

const BASE = "/api/v1";
/** Within that an answer to a switch comes, or none will: the next wish must not wait for it. */
const SWITCH_MS = 15_000;
const FACTOR = "/account/second-factor";

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

  /** `code`: of the second factor, once the server has asked for it. */
  signIn = (email: string, password: string, code: string) =>
    this.send<Me>("POST", "/session", { email, password, ...(code ? { code } : {}) });
  /** `trouble`: what a sign-in at the company failed with. */
  signInWays = (trouble: string | null) => this.get<SignInWays>("/session/ways", { trouble });
  whoAmI = () => this.get<Me>("/session");
  /** Tells where to sign out at the company too, of those who came from there. */
  signOut = () => this.send<SignedOut>("DELETE", "/session");
  setLanguage = (language: Language) => this.switch<Me>("PUT", "/session/language", { language });

  secondFactor = () => this.get<SecondFactor>(FACTOR);
  beginSecondFactor = () => this.send<SecondFactorSetUp>("POST", FACTOR);
  confirmSecondFactor = (code: string) => this.send<RecoveryCodes>("PUT", FACTOR, { code });
  endSecondFactor = (password: string, code: string) =>
    this.send<void>("DELETE", FACTOR, { password, code });
  newRecoveryCodes = (code: string) =>
    this.send<RecoveryCodes>("POST", `${FACTOR}/recovery-codes`, { code });
  /** `of`: another person's id; null: one's own, as in the following. */
  sessions = (of: string | null) => this.get<Page<SessionView>>(`${whose(of)}/sessions`);
  endSession = (of: string | null, id: string) =>
    this.send<void>("DELETE", `${whose(of)}/sessions/${enc(id)}`);
  /** All but the one that asks. */
  endSessions = (of: string | null) => this.send<void>("DELETE", `${whose(of)}/sessions`);
  tokens = (of: string | null) => this.get<Page<TokenView>>(`${whose(of)}/tokens`);
  revokeToken = (of: string | null, id: string) =>
    this.send<void>("DELETE", `${whose(of)}/tokens/${enc(id)}`);
  /** One's own, newest first. */
  myNumberRequests = () => this.get<Page<NumberRequest>>("/number-requests", { mine: 1, limit: 1 });
  /** A person has one open request: asking again changes its reason. */
  requestNumber = (reason: string) =>
    this.send<NumberRequest>("POST", "/number-requests", { reason });
  resetSecondFactor = (of: string) => this.send<void>("DELETE", `${whose(of)}/second-factor`);
  addToken = (wish: TokenWish) => this.send<NewToken>("POST", "/account/tokens", wish);
  passwordRules = () => this.get<PasswordRules>("/password-rules");
  changePassword = (old: string, next: string) =>
    this.send<Me>("PUT", "/session/password", { old, new: next });
  /** Answers the same whether there is such an account. */
  forgotPassword = (email: string) => this.send<void>("POST", "/password-resets", { email });
  lookAtLink = (token: string) => this.send<AccountLink>("POST", "/account-links/look", { token });
  takeLink = (token: string, password: string) =>
    this.send<AccountLinkUsed>("POST", "/account-links/use", { token, password });

  people = (query: Query, signal?: AbortSignal) => this.get<Page<Person>>("/people", query, signal);
  person = (id: string) => this.get<Person>(`/people/${enc(id)}`);
  invite = (person: PersonPost) => this.send<Person>("POST", "/people", person);
  changePerson = (id: string, patch: PersonPatch) =>
    this.send<Person>("PATCH", `/people/${enc(id)}`, patch);
  inviteAgain = (id: string) => this.send<Person>("POST", `/people/${enc(id)}/invitation`);
  resetPerson = (id: string) => this.send<Person>("POST", `/people/${enc(id)}/password-reset`);
  belongings = (id: string) => this.get<Belongings>(`/people/${enc(id)}/belongings`);
  leave = (id: string, successor: string | null) =>
    this.send<Left>("POST", `/people/${enc(id)}/leave`, { successor });
  comeBack = (id: string) => this.send<Person>("POST", `/people/${enc(id)}/return`);
  importPeople = (file: Blob, options: { dryRun: boolean; invite: boolean }) =>
    this.request<PeopleImport>(
      withQuery(`${BASE}/people/import`, {
        dry_run: options.dryRun ? 1 : null,
        invite: options.invite ? null : 0,
      }),
      { method: "POST", body: file },
    );
  seats = () => this.get<Seats>("/seats");
  /** `format` excel-de: as a German Excel reads it. */
  peopleCsv = (query: { format?: string }) => withQuery(`${BASE}/people.csv`, query);

  setStatus = (status: Status) => this.switch<Me>("PUT", "/session/status", { status });

  users = () => this.get<Page<UserView>>("/users");
  tasks = (query: string, signal?: AbortSignal) =>
    this.get<Page<TaskView>>("/tasks", { query }, signal);
  phoneShare = (task: string) => this.get<PhoneShare>(`/tasks/${enc(task)}/phone-share`);
  informCustomer = (task: string, wish: MessageWish) =>
    this.send<MessageSent>("POST", `/tasks/${enc(task)}/message`, wish);
  favourite = (task: string, on: boolean) =>
    this.switch<void>(on ? "PUT" : "DELETE", `/tasks/${enc(task)}/favourite`);
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

  /** `task`: unlocks may be for one task only. */
  checkNumber = (country: string, number: string, signal?: AbortSignal, task?: string) =>
    this.get<NumberCheck>("/numbers/check", { country, number, task }, signal);
  numbers = () => this.get<Page<NumberView>>("/numbers");
  assign = (e164: string, user: string | null) =>
    this.send<NumberView>("POST", `/numbers/${enc(e164)}/assign`, { user });
  countries = () => this.get<Page<CountryView>>("/countries");
  setCountry = (code: string, allowed: boolean) =>
    this.switch<CountryView>("PUT", "/countries", { code, allowed });

  place = (request: CallRequest) => this.send<Call>("POST", "/calls", request);
  calls = (query: Query, signal?: AbortSignal) => this.get<Page<Call>>("/calls", query, signal);
  callCount = (query: Query, signal?: AbortSignal) =>
    this.get<CallCount>("/call-count", query, signal);
  callsFile = (kind: "csv" | "xlsx", query: Query) => withQuery(`${BASE}/calls.${kind}`, query);
  /** Fails where callers cannot be blocked, or not by this person. */
  canBlock = () => this.get<Page<unknown>>("/blocked-callers", { limit: 1 });
  blockPartyOf = (callId: string) =>
    this.send<{ id: string }>("POST", "/blocked-callers", { call_id: callId });
  unblockParty = (id: string) => this.send<void>("DELETE", `/blocked-callers/${enc(id)}`);
  callGroups = () => this.get<Page<CallGroup>>("/call-groups");
  savedSearches = () => this.get<Page<SavedSearch>>("/saved-searches");
  saveSearch = (name: string, search: Record<string, string>) =>
    this.send<SavedSearch>("PUT", "/saved-searches", { name, search });
  removeSearch = (name: string) => this.send<void>("DELETE", `/saved-searches/${enc(name)}`);
  statistics = (query: Query, signal?: AbortSignal) =>
    this.get<StatisticsView>("/statistics", query, signal);
  statisticsCsv = (query: Query) => withQuery(`${BASE}/statistics.csv`, query);
  auditKinds = () => this.get<Page<AuditKind>>("/audit-kinds");
  audit = (query: Query, signal?: AbortSignal) => this.get<Page<Change>>("/audit", query, signal);

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
  voicemail = (id: string) => this.get<VoicemailView>(`/voicemails/${enc(id)}`);
  forward = (id: string, request: ForwardRequest) =>
    this.send<VoicemailView>("POST", `/voicemails/${enc(id)}/forward`, request);
  care = (id: string, step: CareStep) =>
    this.send<VoicemailView>("POST", `/voicemails/${enc(id)}/${step}`);
  release = (id: string) => this.send<VoicemailView>("POST", `/voicemails/${enc(id)}/release`);
  sendAgain = (id: string) => this.send<VoicemailView>("POST", `/voicemails/${enc(id)}/send-again`);
  silentCalls = () => this.get<Page<SilentCalls>>("/silent-calls");
  voicemailStorage = () => this.get<VoicemailStorage>("/voicemail-storage");
  waveform = (id: string) => this.get<Waveform>(`/voicemails/${enc(id)}/waveform`);

  /** For operations that only some pages need; they keep their paths to themselves. */
  get<T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> {
    return this.request<T>(withQuery(BASE + path, query), signal ? { signal } : {});
  }

  send<T>(method: string, path: string, body?: unknown, init: RequestInit = {}): Promise<T> {
    return this.request<T>(BASE + path, {
      ...init,
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } }),
    });
  }

  private switch<T>(method: string, path: string, body?: unknown): Promise<T> {
    return this.send<T>(method, path, body, { signal: AbortSignal.timeout(SWITCH_MS) });
  }

  /** `url` with its base; for operations that only some pages know. */
  async request<T>(url: string, init: RequestInit): Promise<T> {
    const response = await this.ask(url, init);
    if (response.status === 204) return undefined as T;
    try {
      return (await response.json()) as T;
    } catch {
      throw new ApiError("bad-answer", response.status, "");
    }
  }

  /** The answer, where it is a success. */
  async ask(url: string, init: RequestInit): Promise<Response> {
    const headers = new Headers(init.headers);
    headers.set("Accept-Language", this.options.language());
    let response: Response;
    try {
      response = await this.options.fetch(url, { ...init, headers, credentials: "same-origin" });
    } catch (error) {
      const late = error instanceof DOMException && error.name === "TimeoutError";
      if (init.signal?.aborted && !late) throw error;
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
/** Where the sessions and tokens of a person are; null: one's own. */
const whose = (id: string | null) => (id ? `/users/${enc(id)}` : "/account");
