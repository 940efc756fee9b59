/** One's own account: a number of one's own, and what proves who one is. A section each. */

import page from "../desk/page.module.css";
import { PageHead } from "../desk/parts";
import { useWords } from "./copy-button";
import { FactorSection } from "./factor-section";
import { NumberSection } from "./number-section";
import { PasswordSection } from "./password-section";
import { SessionsSection } from "./sessions-section";
import classes from "./sign-in.module.css";
import { TokensSection } from "./tokens-section";

export function AccountPage() {
  const w = useWords();
  return (
    <div className={`${page.page} ${classes.page}`}>
      <PageHead title={w("title")} intro={w("intro")} />
      <NumberSection />
      <PasswordSection />
      <FactorSection />
      <SessionsSection />
      <TokensSection />
    </div>
  );
}
