import { describe, expect, test } from "vitest";
import { deepLink, numberIn } from "./deep-link";

describe("the number of a tel: link", () => {
  test.each([
    ["tel:+49-30-901820", "+49-30-901820"],
    ["TEL:+4930901820;ext=5", "+4930901820"],
    ["web+tel:+4930901820", "+4930901820"],
    ["tel://+4930901820", "+4930901820"],
    ["tel:%2B4930901820", "+4930901820"],
    ["030 901820", "030 901820"],
    ["tel:", ""],
    ["tel:%", "%"],
  ])("%s is %j", (link, number) => {
    expect(numberIn(link)).toBe(number);
  });
});

describe("a link into the phone", () => {
  test("fills task, country and number", () => {
    expect(deepLink("?task=4711&country=at&number=0151234")).toEqual({
      task: "4711",
      country: "AT",
      number: "0151234",
    });
  });

  test("to= is the same as number=, and its plus survives", () => {
    expect(deepLink("?to=+4930901820").number).toBe("+4930901820");
    expect(deepLink("?to=tel%3A%2B4930901820").number).toBe("+4930901820");
  });

  test("what is no country is left out", () => {
    expect(deepLink("?country=Germany").country).toBeNull();
  });

  test("nothing asks for nothing", () => {
    expect(deepLink("")).toEqual({
      task: null,
      country: null,
      number: null,
    });
  });
});
