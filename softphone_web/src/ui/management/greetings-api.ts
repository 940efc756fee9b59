/** The operations around greetings; they come with the pages that use them. */
import { queryOptions } from "@tanstack/react-query";
import { type Api, withQuery } from "../../api/client";
import type { components } from "../../api/schema";

type Schemas = components["schemas"];

export type GreetingLibrary = Schemas["GreetingLibraryView"];
export type Greeting = Schemas["GreetingView"];
export type GreetingVersion = Schemas["GreetingVersionView"];
export type StandardGreeting = Schemas["StandardGreeting"];
export type SpeechText = Required<Schemas["SpeechText"]>;
export type TelephoneCode = Schemas["TelephoneCode"];
export type SpeechLanguage = SpeechText["language"];

/** When a version begins to play: at once, at an instant in ISO 8601, or not yet. */
export type ValidFrom = string | null;

/** A sound to be taken in. */
export type Take =
  | { kind: "sound"; blob: Blob; name: string; source: "upload" | "browser" }
  | { kind: "speech"; speech: SpeechText };

/** What the sound is for: a new greeting, or a new version of one. */
export type Target = { name: string } | { greeting: string };

const BASE = "/api/v1";
const enc = encodeURIComponent;

function json(method: string, body?: unknown): RequestInit {
  if (body === undefined) return { method };
  return { method, body: JSON.stringify(body), headers: { "Content-Type": "application/json" } };
}

export class GreetingsApi {
  constructor(private readonly api: Api) {}

  list = () => this.api.request<GreetingLibrary>(`${BASE}/greetings`, {});

  take = (target: Target, take: Take, from: ValidFrom): Promise<Greeting> => {
    if (take.kind === "speech") {
      const wish = { ...take.speech, ...target, valid_from: from };
      return this.api.request(`${BASE}/greetings/speech`, json("POST", wish));
    }
    const path =
      "name" in target ? `${BASE}/greetings` : `${BASE}/greetings/${enc(target.greeting)}/versions`;
    const query = {
      name: "name" in target ? target.name : null,
      file: take.name,
      source: take.source,
      from,
    };
    return this.api.request(withQuery(path, query), { method: "POST", body: take.blob });
  };

  /** A WAV file of the text. */
  hear = async (speech: SpeechText): Promise<Blob> => {
    const answer = await this.api.ask(`${BASE}/greetings/speech-preview`, json("POST", speech));
    return answer.blob();
  };

  /** A code that records the target by telephone. */
  dictate = (target: Target, from: ValidFrom): Promise<TelephoneCode> =>
    this.api.request(
      `${BASE}/greetings/telephone-codes`,
      json("POST", { ...target, valid_from: from }),
    );

  rename = (id: string, name: string): Promise<Greeting> =>
    this.api.request(`${BASE}/greetings/${enc(id)}`, json("PUT", { name }));
  remove = (id: string): Promise<void> =>
    this.api.request(`${BASE}/greetings/${enc(id)}`, json("DELETE"));
  restore = (id: string): Promise<Greeting> =>
    this.api.request(`${BASE}/greetings/${enc(id)}/restore`, json("POST"));
  plan = (version: string, from: ValidFrom): Promise<Greeting> =>
    this.api.request(
      `${BASE}/greeting-versions/${enc(version)}`,
      json("PUT", { valid_from: from }),
    );
  removeVersion = (version: string): Promise<Greeting> =>
    this.api.request(`${BASE}/greeting-versions/${enc(version)}`, json("DELETE"));
  restoreVersion = (version: string): Promise<Greeting> =>
    this.api.request(`${BASE}/greeting-versions/${enc(version)}/restore`, json("POST"));
}

export const greetingsKey = ["greetings"] as const;

export const greetingsQuery = (api: Api) =>
  queryOptions({
    queryKey: greetingsKey,
    queryFn: () => new GreetingsApi(api).list(),
    staleTime: 15_000,
    // A planned version takes over by itself.
    refetchInterval: 30_000,
  });
