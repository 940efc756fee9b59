/** Short names for the generated types of the API. */
import type { components } from "./schema";

type Schemas = components["schemas"];

export type Me = Schemas["Me"];
export type Language = Me["language"];
export type UserView = Schemas["UserView"];
export type TaskView = Schemas["TaskView"];
export type Area = TaskView["area"];
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
export type TimelineEntry = Schemas["TimelineEntry"];
export type VoicemailView = Schemas["VoicemailView"];
export type MailView = Schemas["MailView"];
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
export type CountryRequestPut = Omit<Schemas["CountryRequestPut"], "task"> & { task?: string };
export type Waveform = Schemas["Waveform"];
export type IceServers = Schemas["IceServers"];
export type PushSubscriptionPut = Pick<Schemas["PushSubscription"], "endpoint" | "keys"> &
  Partial<Schemas["PushSubscription"]>;

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
  | { type: "phone-share"; task: string; share: PhoneShare }
  | { type: "heartbeat" };
