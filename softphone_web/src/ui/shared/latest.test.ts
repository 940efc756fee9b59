import { beforeEach, expect, test } from "vitest";
import { newestWins } from "./latest";

interface Sent {
  wish: string;
  answer: (answer: string) => void;
  refuse: (error: unknown) => void;
}

/** A server that answers when the test says so. */
class Server {
  readonly sent: Sent[] = [];
  put = (wish: string) =>
    new Promise<string>((answer, refuse) => this.sent.push({ wish, answer, refuse }));
  get wishes() {
    return this.sent.map(({ wish }) => wish);
  }
}

/** The first letter is the thing, the second how it shall be. */
const wish = newestWins(
  (server: Server, wish: string) => server.put(wish),
  (wish) => wish.slice(0, 1),
);

/** Everything that can happen by itself has happened. */
const settled = () => new Promise((resolve) => setTimeout(resolve));

let server: Server;

beforeEach(() => {
  server = new Server();
});

test("one at a time, and of those that wait only the newest is sent", async () => {
  const all = [wish(server, "a1", "a0"), wish(server, "a2", "a1"), wish(server, "a3", "a2")];
  expect(server.wishes).toEqual(["a1"]);
  server.sent[0]?.answer("one");
  await settled();
  expect(server.wishes).toEqual(["a1", "a3"]);
  server.sent[1]?.answer("three");
  expect(await Promise.all(all)).toEqual([
    { is: "overtaken" },
    { is: "overtaken" },
    { is: "done", answer: "three" },
  ]);
});

test("things, and whom is asked, do not wait for each other", async () => {
  const other = new Server();
  void wish(server, "a1", "a0");
  void wish(server, "b1", "b0");
  void wish(other, "a1", "a0");
  expect(server.wishes).toEqual(["a1", "b1"]);
  expect(other.wishes).toEqual(["a1"]);
});

test("a refused wish tells what the server has instead", async () => {
  const first = wish(server, "a1", "a0");
  server.sent[0]?.refuse("no");
  expect(await first).toEqual({ is: "refused", error: "no", stands: "a0" });

  void wish(server, "a1", "a0");
  const second = wish(server, "a2", "a1");
  server.sent[1]?.answer("one");
  await settled();
  server.sent[2]?.refuse("no");
  expect(await second).toEqual({ is: "refused", error: "no", stands: "a1" });
});

test("what was refused and overtaken is not what the server has", async () => {
  void wish(server, "a1", "a0");
  const second = wish(server, "a2", "a1");
  server.sent[0]?.refuse("no");
  await settled();
  server.sent[1]?.refuse("no");
  expect(await second).toEqual({ is: "refused", error: "no", stands: "a0" });
});

test("a wish made in answer to an answer goes out as well", async () => {
  const back = wish(server, "a1", "a0").then(() => wish(server, "a0", "a1"));
  server.sent[0]?.answer("one");
  await settled();
  server.sent[1]?.answer("none");
  expect(await back).toEqual({ is: "done", answer: "none" });
});
