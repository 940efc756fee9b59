import { expect, test } from "vitest";
import { accountDe } from "./account.de";
import { accountEn } from "./account.en";
import { de } from "./de";
import { en } from "./en";
import { manageDe } from "./manage/de";
import { manageEn } from "./manage/en";
import { signInDe } from "./sign-in.de";
import { signInEn } from "./sign-in.en";

type Tree = { [key: string]: string | Tree };

/** Every text by its dotted key. */
function flat(tree: Tree, prefix = ""): Record<string, string> {
  return Object.fromEntries(
    Object.entries(tree).flatMap(([key, value]) =>
      typeof value === "string"
        ? [[prefix + key, value] as const]
        : Object.entries(flat(value, `${prefix}${key}.`)),
    ),
  );
}

const placeholders = (text: string) => (text.match(/{{\w+}}/g) ?? []).sort();

const german = flat({ ...de, manage: manageDe, signIn: signInDe, account: accountDe });
const english = flat({ ...en, manage: manageEn, signIn: signInEn, account: accountEn });

test("both languages have the same keys", () => {
  expect(Object.keys(english).sort()).toEqual(Object.keys(german).sort());
});

test.each(Object.keys(german))("%s has the same placeholders and is not empty", (key) => {
  expect(german[key]).not.toBe("");
  expect(placeholders(english[key] ?? "")).toEqual(placeholders(german[key] ?? ""));
});
