/** Puts what the live socket says into the query cache, so that pages show it at once. */
import type { InfiniteData, QueryClient } from "@tanstack/react-query";
import type {
  Colleague,
  LiveCall,
  LiveMessage,
  LivePerson,
  Me,
  Page,
  Presence,
  UserView,
  VoicemailView,
} from "../../api/types";
import type { FreshQueries } from "./fresh-queries";
import { keys } from "./queries";

type VoicemailPages = InfiniteData<Page<VoicemailView>, string>;

/** `data` with `voicemail` replaced where it is, or put first where it is new. */
export function withVoicemail(data: VoicemailPages, voicemail: VoicemailView): VoicemailPages {
  const known = data.pages.some((page) => page.items.some((each) => each.id === voicemail.id));
  const pages = data.pages.map((page, index) => {
    if (!known && index === 0) return { ...page, items: [voicemail, ...page.items] };
    return {
      ...page,
      items: page.items.map((each) => (each.id === voicemail.id ? voicemail : each)),
    };
  });
  return { ...data, pages };
}

export function hearInCache(queries: FreshQueries, message: LiveMessage): void {
  switch (message.type) {
    case "hello":
      queries.setQueryData(keys.me, message.me);
      queries.outdate(keys.calls);
      // The server is back: what could not be loaded meanwhile is asked for again.
      void queries.invalidateQueries({ predicate: (query) => query.state.status === "error" });
      break;
    case "call":
      if (message.call.state === "ended" || message.call.state === "talking") {
        queries.outdate(keys.calls);
      }
      break;
    case "ring-stop":
      queries.outdate(keys.calls);
      break;
    case "voicemail":
      queries.setQueryData<VoicemailPages>(keys.voicemails, (data) =>
        data ? withVoicemail(data, message.voicemail) : data,
      );
      // Which lists of the team's inbox it belongs to now is known to the server.
      queries.outdate(keys.inbox);
      break;
    case "presence":
      hearPresence(queries, message.user, message.live, message.presence);
      break;
    case "status":
      queries.setQueryData<Me | null>(keys.me, (me) =>
        me ? { ...me, status: message.status } : me,
      );
      break;
    case "country-request":
      queries.outdate(keys.requests);
      // The last one, for who tells people of it.
      queries.setQueryData(keys.lastRequest, message.request);
      if (message.request.state !== "open") {
        queries.outdate(keys.countries);
        queries.outdate(["check"]);
      }
      break;
    case "number-request":
      void queries.invalidateQueries({ queryKey: keys.numberRequests });
      void queries.invalidateQueries({ queryKey: keys.numbers });
      queries.setQueryData(keys.lastNumberRequest, message.request);
      break;
    case "phone-share":
      queries.setQueryData(keys.share(message.task), message.share);
      break;
    case "board":
    case "board-call":
    case "board-person":
      queries.setQueryData<Board>(keys.board, (board) => withBoard(board, message));
      break;
    default:
  }
}

export interface Board {
  calls: readonly LiveCall[];
  people: readonly LivePerson[];
}

type BoardMessage = Extract<LiveMessage, { type: "board" | "board-call" | "board-person" }>;

/** What is going on, after one more message about it. */
export function withBoard(board: Board | undefined, message: BoardMessage): Board | undefined {
  if (message.type === "board") return { calls: message.calls, people: message.people };
  if (!board) return board;
  if (message.type === "board-person") {
    const { person } = message;
    const people = board.people.map((each) => (each.email === person.email ? person : each));
    return { ...board, people };
  }
  const { call } = message;
  if (call.state === "ended") {
    return { ...board, calls: board.calls.filter((each) => each.id !== call.id) };
  }
  const known = board.calls.some((each) => each.id === call.id);
  const calls = known
    ? board.calls.map((each) => (each.id === call.id ? call : each))
    : [...board.calls, call];
  return { ...board, calls };
}

function hearPresence(
  queries: QueryClient,
  email: string,
  live: boolean,
  presence: Presence,
): void {
  queries.setQueryData<Page<UserView>>(keys.users, (page) =>
    withItem(page, email, (user) => ({ ...user, live, presence })),
  );
  queries.setQueryData<Page<Colleague>>(keys.colleagues, (page) =>
    withItem(page, email, (colleague) => ({ ...colleague, presence })),
  );
}

/** `page` with the person of this address changed; nothing is made up where there is no page. */
function withItem<T extends { email: string }>(
  page: Page<T> | undefined,
  email: string,
  change: (item: T) => T,
): Page<T> | undefined {
  if (!page) return page;
  return { ...page, items: page.items.map((each) => (each.email === email ? change(each) : each)) };
}
