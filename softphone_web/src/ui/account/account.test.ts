import { expect, test } from "vitest";
import { browserName } from "./browser-name";
import { qrOf } from "./qr";

test.each([
  [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/149.0.0.0 Safari/537.36 Edg/149.0.0.0",
    "Edge",
    "Windows",
  ],
  [
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/149.0.0.0 Safari/537.36",
    "Chrome",
    "Linux",
  ],
  [
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Firefox",
    "macOS",
  ],
  [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Mobile/15E148 Safari/604.1",
    "Safari",
    "iPhone",
  ],
])("%s", (agent, browser, system) => {
  expect(browserName(agent)).toEqual({ browser, system });
});

test("a program that is no browser has no name", () => {
  expect(browserName("curl/8.5")).toBeNull();
  expect(browserName("")).toBeNull();
});

test("a QR code has its quiet zone and its three finders", () => {
  const { size, path } = qrOf("otpauth://totp/Vermittlung:anna%40example.test?secret=GEZDGNBV");
  expect((size - 8 - 17) % 4).toBe(0);
  const dark = new Set([...path.matchAll(/M(\d+) (\d+)/g)].map(([, x, y]) => `${x},${y}`));
  const far = size - 4 - 7;
  for (const [left, top] of [
    [4, 4],
    [far, 4],
    [4, far],
  ] as const) {
    for (let n = 0; n < 7; n++) {
      expect(dark.has(`${left + n},${top}`)).toBe(true);
      expect(dark.has(`${left},${top + n}`)).toBe(true);
    }
    expect(dark.has(`${left + 1},${top + 1}`)).toBe(false);
    expect(dark.has(`${left + 3},${top + 3}`)).toBe(true);
  }
  expect(
    [...dark].every((at) => at.split(",").every((n) => Number(n) >= 4 && Number(n) < size - 4)),
  ).toBe(true);
});
