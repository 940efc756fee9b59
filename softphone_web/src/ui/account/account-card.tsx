/** A page with one card in its middle, like that for signing in. */
import type { ReactNode } from "react";
import { speak } from "../../i18n";
import login from "../login/login-page.module.css";
import { LanguageSwitch } from "../shared/language-switch";
import { Logo } from "../shared/logo";
import { useLanguage } from "../shared/services";
import classes from "./account.module.css";

interface CardProps {
  title: string;
  text: string;
  children?: ReactNode;
}

export function AccountCard({ title, text, children }: CardProps) {
  const language = useLanguage();
  return (
    <main className={login.page}>
      <div className={login.corner}>
        <LanguageSwitch value={language} onChange={speak} />
      </div>
      <div className={login.card} data-testid="account-card">
        <div className={classes.words} role="status">
          <Logo size={48} />
          <h1>{title}</h1>
          <p>{text}</p>
        </div>
        {children}
      </div>
    </main>
  );
}
