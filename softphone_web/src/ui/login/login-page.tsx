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
import { Link, navigate } from "../shared/router";
import { useLanguage, useServices } from "../shared/services";
import { ErrorBox, errorText } from "../shared/trouble";
import { useStore } from "../shared/use-store";
import { CompanySignIn } from "./company-sign-in";
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

interface CodeStepProps {
  value: string;
  onChange: (value: string) => void;
  onBack: () => void;
}

/** The second factor, asked for once the password was right. */
function CodeStep({ value, onChange, onBack }: CodeStepProps) {
  const { t } = useTranslation();
  return (
    <>
      <div className={buttons.field}>
        <label htmlFor="login-code">{t("login.code")}</label>
        <input
          id="login-code"
          data-testid="login-code"
          name="code"
          inputMode="text"
          autoComplete="one-time-code"
          aria-describedby="login-code-hint"
          maxLength={50}
          required
          // biome-ignore lint/a11y/noAutofocus: the code is all that is missing
          autoFocus
          value={value}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
        <p id="login-code-hint" className={classes.hint}>
          {t("login.codeHint")}
        </p>
      </div>
      <button type="button" className={classes.back} onClick={onBack}>
        {t("login.back")}
      </button>
    </>
  );
}

/** Signs in, with the code where the server asks for one. */
function useSignIn() {
  const { api, expired } = useServices();
  const queries = useQueryClient();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  /** null: not asked for. */
  const [code, setCode] = useState<string | null>(null);
  const signIn = useMutation({
    mutationFn: () => api.signIn(email.trim(), password, code ?? ""),
    onSuccess: (me) => {
      expired.set(false);
      if (window.location.pathname === "/login") navigate("/call", true);
      queries.setQueryData(keys.me, me);
    },
    onError: (error) => {
      const { errorId } = troubleOf(error);
      const factor = errorId === "second-factor-needed" || errorId === "code-wrong";
      setCode(factor ? "" : null);
      if (!factor) setPassword("");
    },
  });
  const back = () => {
    setCode(null);
    setPassword("");
    signIn.reset();
  };
  const failed = signIn.error ? troubleOf(signIn.error) : null;
  const asked = failed?.errorId === "second-factor-needed";
  const error = asked ? null : signIn.error;
  return { email, setEmail, password, setPassword, code, setCode, signIn, back, error };
}

export function LoginPage() {
  const { t } = useTranslation();
  const over = useStore(useServices().expired);
  const language = useLanguage();
  const { email, setEmail, password, setPassword, code, setCode, signIn, back, error } =
    useSignIn();
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
        {code === null ? (
          <>
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
          </>
        ) : (
          <CodeStep value={code} onChange={setCode} onBack={back} />
        )}
        {error ? <ErrorBox errorId={troubleOf(error).errorId}>{errorText(error)}</ErrorBox> : null}
        <button
          data-testid="login-submit"
          type="submit"
          className={`${buttons.primary} ${classes.submit}`}
          disabled={signIn.isPending}
          aria-busy={signIn.isPending}
        >
          {t(code === null ? "login.submit" : "login.confirm")}
        </button>
        {code === null ? <CompanySignIn /> : null}
        {code === null ? (
          <Link href="/reset" className={classes.forgot} data-testid="forgot-password">
            {t("login.forgot")}
          </Link>
        ) : null}
      </form>
    </main>
  );
}
