import { expect, test } from "vitest";
import { givable, rightsOf, switched } from "./roles";

const person = (role: "vpa" | "manager", part = {}) => ({ role, granted: [], denied: [], ...part });

test("a right beyond the role is given, one of the role is taken, and back", () => {
  expect(switched(person("vpa"), "calls", true)).toEqual({ granted: ["calls"], denied: [] });
  expect(switched(person("vpa", { granted: ["calls"] }), "calls", false)).toEqual({
    granted: [],
    denied: [],
  });
  expect(switched(person("manager"), "calls", false)).toEqual({ granted: [], denied: ["calls"] });
  expect(switched(person("manager", { denied: ["calls"] }), "calls", true)).toEqual({
    granted: [],
    denied: [],
  });
  expect(switched(person("manager"), "people", true)).toEqual({ granted: ["people"], denied: [] });
});

test("nobody gives a role above their own", () => {
  expect(givable("manager")).toEqual(["vpa", "manager"]);
  expect(givable("admin")).not.toContain("superadmin");
  expect(rightsOf("manager")).not.toContain("people");
});
