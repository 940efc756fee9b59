import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { speak } from "../../i18n";
import { troubleOf } from "../../phone/phone";
import buttons from "../shared/button.module.css";
import { Icon } from "../shared/icons";
import { LanguageSwitch } from "../shared/language-switch";
import { Logo } from "../shared/logo";
import { keys } from "../shared/queries";
import { navigate } from "../shared/router";
import { useLanguage, useServices } from "../shared/services";
import { ErrorBox, errorText } from "../shared/trouble";
import { useStore } from "../shared/use-store";
import classes from "./login-page.module.css";

interface PasswordFieldProps {
  value: string;
  onChange: (value: string) => void;
}

function PasswordField({ value, onChange }: PasswordFieldProps) {
  const { t } = useTranslation();
  const [shown, setShown] = useState(false);
  return (
    <div className={buttons.field}>
      <label htmlFor="login-password">{t("login.password")}</label>
      <div className={classes.password}>
        <input
          id="login-password"
          data-testid="login-password"
          type={shown ? "text" : "password"}
          name="password"
          autoComplete="current-password"
          required
          value={value}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
        <button
          type="button"
          aria-pressed={shown}
          aria-label={t("login.showPassword")}
          title={t("login.showPassword")}
          onClick={() => setShown(!shown)}
        >
          <Icon name={shown ? "eyeOff" : "eye"} size={20} />
        </button>
      </div>
    </div>
  );
}

export function LoginPage() {
  const { t } = useTranslation();
  const { api, expired } = useServices();
  const over = useStore(expired);
  const queries = useQueryClient();
  const language = useLanguage();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const signIn = useMutation({
    mutationFn: () => api.signIn(email.trim(), password),
    onSuccess: (me) => {
      expired.set(false);
      if (window.location.pathname === "/login") navigate("/call", true);
      queries.setQueryData(keys.me, me);
    },
    onError: () => setPassword(""),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    signIn.mutate();
  };
  return (
    <main className={classes.page}>
      <div className={classes.corner}>
        <LanguageSwitch value={language} onChange={speak} />
      </div>
      <form className={classes.card} onSubmit={submit}>
        <div className={classes.brand}>
          <Logo size={52} />
          <h1>{t("product")}</h1>
          <p>{t("login.intro")}</p>
        </div>
        {over && !signIn.error ? (
          <p className={classes.over} role="status">
            {t("login.over")}
          </p>
        ) : null}
        <div className={buttons.field}>
          <label htmlFor="login-email">{t("login.email")}</label>
          <input
            id="login-email"
            data-testid="login-email"
            type="email"
            name="email"
            autoComplete="username"
            required
            // biome-ignore lint/a11y/noAutofocus: signing in is all that this page is for
            autoFocus
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
          />
        </div>
        <PasswordField value={password} onChange={setPassword} />
        {signIn.error ? (
          <ErrorBox errorId={troubleOf(signIn.error).errorId}>{errorText(signIn.error)}</ErrorBox>
        ) : null}
        <button
          data-testid="login-submit"
          type="submit"
          className={`${buttons.primary} ${classes.submit}`}
          disabled={signIn.isPending}
          aria-busy={signIn.isPending}
        >
          {t("login.submit")}
        </button>
      </form>
    </main>
  );
}
