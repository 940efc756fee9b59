/** What the booking form asks the server; the link in the address is all that it needs. */
import type { components } from "../api/schema";
import type { Language, Page } from "../api/types";
import type { AddonForm, GreetingName, OptionName, OrderPost } from "./draft";
import type { Words } from "./words";

type Schemas = components["schemas"];
export type Quote = Schemas["Quote"];
export type Upload = Schemas["UploadView"];
export type PublicOrder = Schemas["PublicOrder"];

/** Told no, or could not talk (`errorId` is `offline` then); `detail` is for people. */
export class BookingError extends Error {
  override readonly name = "BookingError";

  constructor(
    readonly errorId: string,
    readonly detail: string,
  ) {
    super(errorId);
  }
}

/** A mistake of our own is told like any other failure. */
export const asBookingError = (error: unknown): BookingError =>
  error instanceof BookingError ? error : new BookingError("broken", "");

/** What is said of a failure. */
export function troubleText({ errorId, detail }: BookingError, words: Words): string {
  return detail || (errorId === "offline" ? words.offline : words.broken);
}

const refusal = (body: unknown): BookingError => {
  const { error_id, detail } = (body ?? {}) as { error_id?: unknown; detail?: unknown };
  return new BookingError(
    typeof error_id === "string" ? error_id : "broken",
    typeof detail === "string" ? detail : "",
  );
};

export class BookingApi {
  private readonly base: string;

  constructor(
    token: string,
    private readonly language: Language,
  ) {
    this.base = `/api/v1/addon-form/${encodeURIComponent(token)}`;
  }

  form = () => this.ask<AddonForm>("GET", "");
  quote = (option: OptionName, greeting: GreetingName) =>
    this.ask<Quote>("POST", "/quote", { option, greeting });
  book = (order: OrderPost) => this.ask<PublicOrder>("POST", "/orders", order);
  orders = () => this.ask<Page<PublicOrder>>("GET", "/orders");

  /** Sends a recording; `progress` gets whole percents. `fetch` tells nothing of those. */
  upload(file: File, progress: (percent: number) => void): Promise<Upload> {
    const request = new XMLHttpRequest();
    request.open("POST", `${this.base}/greetings`);
    request.setRequestHeader("Accept-Language", this.language);
    request.responseType = "json";
    request.upload.onprogress = ({ loaded, total }) => {
      progress(Math.floor((loaded * 100) / Math.max(1, total)));
    };
    return new Promise((resolve, reject) => {
      request.onerror = () => reject(new BookingError("offline", ""));
      request.onload = () => {
        if (request.status === 201) resolve(request.response as Upload);
        else reject(refusal(request.response));
      };
      request.send(file);
    });
  }

  private async ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    let response: Response;
    try {
      response = await fetch(`${this.base}${path}?language=${this.language}`, {
        method,
        headers: { "Accept-Language": this.language, "Content-Type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    } catch {
      throw new BookingError("offline", "");
    }
    const answer: unknown = await response.json().catch(() => null);
    if (!response.ok) throw refusal(answer);
    return answer as T;
  }
}
