import { describe, expect, test } from "vitest";
import { aCall } from "../../phone/fakes";
import {
  canConnect,
  canJoin,
  consultationIn,
  guestsOf,
  hasRoom,
  othersOf,
  partyOf,
  transferTarget,
} from "./conversation";

const first = aCall({ id: "a", state: "held" });
const consult = aCall({ id: "b", state: "talking", linked: "a", linked_as: "consultation" });

describe("a consultation", () => {
  test("is found whichever of the two is heard", () => {
    expect(consultationIn([first, consult])).toEqual({ first, consult });
    const swapped = [
      { ...first, state: "talking" as const },
      { ...consult, state: "held" as const },
    ];
    expect(consultationIn(swapped)?.first.id).toBe("a");
  });

  test("is over when one of them is gone or both take part in a conference", () => {
    expect(consultationIn([consult])).toBeNull();
    expect(consultationIn([first, { ...consult, state: "joined" }])).toBeNull();
    expect(consultationIn([{ ...first, state: "joined" }, consult])).toBeNull();
  });

  test("is not just any second call", () => {
    expect(consultationIn([first, aCall({ id: "b", state: "talking" })])).toBeNull();
  });
});

describe("several calls", () => {
  test("guests belong to their host only", () => {
    const guest = aCall({ id: "b", state: "joined", linked: "a", linked_as: "guest" });
    expect(guestsOf(first, [first, guest])).toEqual([guest]);
    expect(guestsOf(guest, [first, guest])).toEqual([]);
  });

  test("the one on the stage is not among the others", () => {
    expect(othersOf(first, [first, consult])).toEqual([consult]);
  });

  test("there is room for two", () => {
    expect(hasRoom([first])).toBe(true);
    expect(hasRoom([first, consult])).toBe(false);
  });

  test("only a talking and a held call can be joined", () => {
    expect(canJoin(consult, first, "me@example.test")).toBe(true);
    expect(canJoin({ ...consult, state: "ringing" }, first, "me@example.test")).toBe(false);
  });

  test("a colleague who called decides who takes part", () => {
    const asked = { ...consult, direction: "internal" as const, user: "ada@example.test" };
    expect(canJoin(asked, first, "me@example.test")).toBe(false);
    expect(canJoin(asked, first, "ada@example.test")).toBe(true);
  });

  test("a party can be given on while it still rings there, not once that is over", () => {
    expect(canConnect({ first, consult: { ...consult, state: "ringing" } })).toBe(true);
    expect(canConnect({ first, consult: { ...consult, state: "detached" } })).toBe(false);
  });
});

describe("who the other side is", () => {
  const me = "mara@example.test";
  const internal = aCall({
    direction: "internal",
    user: me,
    user_name: "Mara Lenz",
    colleague: "ada@example.test",
    colleague_name: "Ada Brandt",
    number: null,
    national: null,
  });

  test("between colleagues never oneself", () => {
    expect(partyOf(internal, me)).toBe("Ada Brandt");
    expect(partyOf(internal, "ada@example.test")).toBe("Mara Lenz");
  });

  test("a name beats the number, a withheld number has no words of its own", () => {
    expect(partyOf(aCall({ party_name: "Praxis Ohl" }), me)).toBe("Praxis Ohl");
    expect(partyOf(aCall(), me)).toBe("030 901820");
    expect(partyOf(aCall({ number: null, national: null }), me)).toBeNull();
  });

  test("a blind transfer goes to a colleague or to the number that is being dialled", () => {
    const call = aCall({ id: "a", state: "transferring" });
    const dialled = aCall({ id: "b", linked: "a", linked_as: "transfer", national: "0221 12" });
    expect(transferTarget({ ...call, colleague_name: "Ada" }, [call], me)).toBe("Ada");
    expect(transferTarget(call, [call, dialled], me)).toBe("0221 12");
    expect(transferTarget(call, [call], me)).toBeNull();
  });
});
