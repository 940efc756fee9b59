import { expect, test } from "vitest";
import { socketAddress } from "./address";
import { found, supportOf, troubleState } from "./devices";
import { keyFrequencies } from "./ringer";

const CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/150.0.0.0 Safari/537.36";
const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0";

test.each([
  [{}, "ok"],
  [{ brands: [], userAgent: `${CHROME} OPR/130.0` }, "ok"],
  [{ brands: [], userAgent: FIREFOX }, "other-browser"],
  [{ secure: false }, "insecure"],
  [{ webrtc: false }, "no-webrtc"],
])("support with %j is %s", (part, support) => {
  const facts = { secure: true, webrtc: true, brands: ["Chromium"], userAgent: CHROME, ...part };
  expect(supportOf(facts)).toBe(support);
});

test.each([
  ["NotAllowedError", "denied"],
  ["NotFoundError", "missing"],
  ["NotReadableError", "busy"],
])("%s means %s", (name, state) => {
  expect(troubleState(name)).toBe(state);
});

test("keys sound as in ITU-T Q.23", () => {
  expect(keyFrequencies("1")).toEqual([697, 1209]);
  expect(keyFrequencies("#")).toEqual([941, 1477]);
  expect(keyFrequencies("x")).toBeNull();
});

test("the voice address belongs to the page's origin", () => {
  expect(socketAddress("/api/v1/voice", "https://a.test/call")).toBe("wss://a.test/api/v1/voice");
  expect(socketAddress("/v", "http://127.0.0.1:8080/")).toBe("ws://127.0.0.1:8080/v");
  expect(socketAddress("wss://b.test/v", "https://a.test/")).toBe("wss://b.test/v");
});

test.each([
  ["none chosen", { id: "", label: "" }, ""],
  ["there", { id: "a1", label: "Jabra" }, "a1"],
  ["plugged in anew: another id, the same label", { id: "a0", label: "Jabra" }, "a1"],
  ["unplugged", { id: "c1", label: "Plantronics" }, null],
  ["chosen before labels were kept", { id: "c1", label: "" }, null],
])("the chosen device, %s", (_, choice, id) => {
  const devices = [
    { id: "a1", label: "Jabra" },
    { id: "b1", label: "" },
  ];
  expect(found(choice, devices)?.id ?? null).toBe(id);
});
