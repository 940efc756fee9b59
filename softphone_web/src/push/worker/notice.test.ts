import { describe, expect, it } from "vitest";
import { noticeOf, pageOf, type RingPush, ringOf } from "./notice";

const RING: RingPush = {
  type: "ring",
  call_id: "17.4",
  number: "+493012345",
  national: "030 12345",
  label: "Zentrale",
  task: "Support",
  language: "de",
};

describe("the notice of a ringing call", () => {
  it("says who calls, whom and what for, and has one tag a call", () => {
    const notice = noticeOf(RING, 2);
    expect(notice.title).toBe("Anruf von 030 12345");
    expect(notice.body).toBe("Zentrale · Support");
    expect(notice.tag).toBe("17.4");
    expect(notice.actions.map((each) => each.title)).toEqual(["Annehmen", "Ablehnen"]);
  });

  it("speaks English, and knows withheld numbers and missing labels", () => {
    const ring = { ...RING, number: null, national: null, label: null, task: null };
    expect(noticeOf({ ...ring, language: "en" }, 0)).toMatchObject({
      title: "Call from a withheld number",
      body: "",
      lang: "en",
      actions: [],
    });
    expect(noticeOf(ring, 1).actions).toEqual([]);
  });

  it("is made of nothing else", () => {
    for (const wrong of [null, "ring", {}, { type: "ring" }, { type: "other", call_id: "1" }]) {
      expect(ringOf(wrong)).toBeNull();
    }
    expect(ringOf(RING)).toBe(RING);
  });

  it("leads to the call", () => {
    expect(pageOf("17.4", false)).toBe("/call?ring=17.4");
    expect(pageOf("a&b", true)).toBe("/call?ring=a%26b&answer=1");
  });
});
