/** Short names for the generated types of the API. */
import type { components } from "./schema";

type Schemas = components["schemas"];

export type Me = Schemas["Me"];
export type Language = Me["language"];
export type UserView = Schemas["UserView"];
export type SignedOut = Schemas["SignedOut"];
export type SignInWays = Schemas["SignInWays"];
export type SecondFactor = Schemas["SecondFactorView"];
export type SecondFactorSetUp = Schemas["SecondFactorSetUp"];
export type RecoveryCodes = Schemas["RecoveryCodes"];
export type SessionView = Schemas["SessionView"];
export type TokenView = Schemas["TokenView"];
export type TokenWish = Schemas["TokenPut"];
export type Scope = TokenWish["scopes"][number];
export type NewToken = Schemas["NewToken"];
export type Person = Schemas["Person"];
export type Seats = Schemas["Seats"];
export type PersonPost = Pick<Schemas["PersonPost"], "email" | "name"> &
  Partial<Schemas["PersonPost"]>;
export type PersonPatch = Partial<Schemas["PersonPatch"]>;
export type Belongings = Schemas["BelongingsView"];
export type Left = Schemas["LeftView"];
export type PeopleImport = Schemas["PeopleImport"];
export type PasswordRules = Schemas["PasswordRulesView"];
export type AccountLink = Schemas["LinkView"];
export type AccountLinkUsed = Schemas["LinkUsed"];
export type TaskView = Schemas["TaskView"];
export type Area = TaskView["area"];
export type MessageWish = Partial<Schemas["MessagePost"]>;
export type MessageSent = Schemas["MessageSent"];
export type PhoneShare = Schemas["PhoneShare"];
export type TaskSeconds = Schemas["TaskSecondsView"];
export type Budget = Schemas["Budget"];
export type NumberCheck = Schemas["NumberCheck"];
export type NumberView = Schemas["NumberView"];
export type CountryView = Schemas["CountryView"];
export type Call = Schemas["Call"];
export type CallStateName = Call["state"];
export type Voice = Schemas["Voice"];
export type CallRequest = Partial<Schemas["CallRequest"]>;
export type CallWithTimeline = Schemas["CallWithTimeline"];
export type CallQuality = Schemas["CallQuality"];
export type TimelineEntry = Schemas["TimelineEntry"];
export type VoicemailView = Schemas["VoicemailView"];
export type MailView = Schemas["MailView"];
export type ForwardRequest = Partial<Schemas["Forward"]> & Pick<Schemas["Forward"], "to">;
export type SilentCalls = Schemas["SilentCallsView"];
export type VoicemailStorage = Schemas["StorageView"];
export type CareStep = "claim" | "done" | "give-back" | "reopen";
export type Status = Me["status"];
export type Colleague = Schemas["Colleague"];
export type Presence = Colleague["presence"];
export type TransferRequest = Partial<Schemas["TransferRequest"]>;
export type Sound = Schemas["Sound"];
export type QualityReport = Schemas["QualityReport"];
export type QualityDiary = Schemas["QualityDiary"];
export type NoteView = Schemas["NoteView"];
export type CheckCall = Schemas["CheckCall"];
export type CallerInfo = Schemas["CallerInfo"];
export type Contact = Schemas["ContactView"];
export type ContactPut = Pick<Schemas["ContactPut"], "name" | "number"> &
  Partial<Schemas["ContactPut"]>;
export type ImportResult = Schemas["ImportResult"];
export type CountryRequest = Schemas["CountryRequestView"];
export type NumberRequest = Schemas["NumberRequestView"];
export type CountryRequestPut = Omit<Schemas["CountryRequestPut"], "task"> & { task?: string };
export type Waveform = Schemas["Waveform"];
export type IceServers = Schemas["IceServers"];
export type PushSubscriptionPut = Pick<Schemas["PushSubscription"], "endpoint" | "keys"> &
  Partial<Schemas["PushSubscription"]>;

export type StatisticsView = Schemas["StatisticsView"];
export type Sums = Schemas["SumsView"];
export type SavedSearch = Schemas["SearchView"];
export type CallGroup = Schemas["CallGroupView"];
export type CallCount = Schemas["CallCount"];
export type AuditKind = Schemas["KindView"];
export type Change = Schemas["ChangeView"];

/** A call under way, for those who watch all of them. */
export interface LiveCall {
  id: string;
  direction: Call["direction"];
  state: CallStateName;
  number: string | null;
  national: string | null;
  did: string | null;
  label: string | null;
  country: string | null;
  user: string | null;
  user_name: string | null;
  task: string | null;
  task_title: string | null;
  colleague_name: string | null;
  /** Names of those whose browsers ring. */
  rings: string[];
  since: string;
}

export interface LivePerson {
  email: string;
  name: string;
  presence: Presence;
  live: boolean;
  since: string | null;
}

export interface Page<T> {
  items: T[];
  /** Cursor of the next page, or null. */
  next: string | null;
}

export type RingStopReason =
  | "answered-elsewhere"
  | "caller-gave-up"
  | "declined"
  | "no-answer"
  | "not-live";

/** What the server pushes over the live socket. */
export type LiveMessage =
  | { type: "hello"; me: Me; calls: Call[]; server_time: string }
  | { type: "call"; call: Call }
  | { type: "ring"; call: Call }
  | { type: "ring-stop"; call_id: string; reason: RingStopReason }
  | { type: "voicemail"; voicemail: VoicemailView }
  | { type: "presence"; user: string; live: boolean; presence: Presence }
  /** My own status, changed in another tab. */
  | { type: "status"; status: Status }
  | { type: "country-request"; request: CountryRequest }
  | { type: "number-request"; request: NumberRequest }
  | { type: "phone-share"; task: string; share: PhoneShare }
  | { type: "board"; calls: LiveCall[]; people: LivePerson[] }
  | { type: "board-call"; call: LiveCall }
  | { type: "board-person"; person: LivePerson }
  | { type: "heartbeat" };
