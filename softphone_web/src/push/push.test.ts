import { describe, expect, it } from "vitest";
import { bytesOf, clickOf, pushState } from "./push";

describe("push", () => {
  it("reads the page's address", () => {
    expect(clickOf("?ring=17.4&answer=1")).toEqual({ callId: "17.4", answer: true });
    expect(clickOf("?ring=17.4")).toEqual({ callId: "17.4", answer: false });
    expect(clickOf("?answer=1")).toBeNull();
    expect(clickOf("?task=T-1&number=030")).toBeNull();
  });

  it("decodes keys without padding", () => {
    expect([...bytesOf("BP_-")]).toEqual([4, 255, 254]);
    expect([...bytesOf("_w")]).toEqual([255]);
  });

  it("is unsupported where there is no service worker", async () => {
    expect(await pushState()).toBe("unsupported");
  });
});
