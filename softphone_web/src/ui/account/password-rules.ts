/** What a password must be like, said while it is typed; the server has the last word. */
import type { PasswordRules } from "../../api/types";

export type Rule = "short" | "kinds" | "plain" | "personal";

const LEAST_DIFFERENT = 5;
/** Parts of names shorter than that may stand in a password. */
const LEAST_PERSONAL = 4;
const KINDS = [/\p{Lu}/u, /\p{Ll}/u, /\p{Nd}/u, /[^\p{L}\p{N}]/u];

const fold = (text: string) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

/** The rules that there are, each with whether it is met. */
export function judge(
  password: string,
  rules: Pick<PasswordRules, "least" | "kinds" | "free_from">,
  about: readonly string[],
): { rule: Rule; met: boolean }[] {
  const characters = [...password];
  const kinds = KINDS.filter((kind) => kind.test(password)).length;
  const parts = about
    .flatMap((text) => fold(text).split(/[^a-z]+/))
    .filter((part) => part.length >= LEAST_PERSONAL);
  const mixed = {
    rule: "kinds" as const,
    met: kinds >= rules.kinds || characters.length >= rules.free_from,
  };
  return [
    { rule: "short", met: characters.length >= rules.least },
    ...(rules.kinds > 1 ? [{ ...mixed, met: mixed.met && password !== "" }] : []),
    { rule: "plain", met: new Set(characters).size >= LEAST_DIFFERENT },
    {
      rule: "personal",
      met: password !== "" && !parts.some((part) => fold(password).includes(part)),
    },
  ];
}
