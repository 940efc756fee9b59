import { Button, PasswordInput, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { speak } from "../../i18n";
import { troubleOf } from "../../phone/phone";
import { LanguageSwitch } from "../shared/language-switch";
import { Logo } from "../shared/logo";
import { keys } from "../shared/queries";
import { navigate } from "../shared/router";
import { useLanguage, useServices } from "../shared/services";
import { ErrorBox, errorText } from "../shared/trouble";
import { useStore } from "../shared/use-store";
import classes from "./login-page.module.css";

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
        <TextInput
          data-testid="login-email"
          label={t("login.email")}
          type="email"
          name="email"
          autoComplete="username"
          size="md"
          required
          withAsterisk={false}
          autoFocus
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        <PasswordInput
          data-testid="login-password"
          label={t("login.password")}
          name="password"
          autoComplete="current-password"
          size="md"
          required
          withAsterisk={false}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          visibilityToggleButtonProps={{ "aria-label": t("login.showPassword") }}
        />
        {signIn.error ? (
          <ErrorBox errorId={troubleOf(signIn.error).errorId}>{errorText(signIn.error)}</ErrorBox>
        ) : null}
        <Button
          data-testid="login-submit"
          type="submit"
          size="lg"
          fullWidth
          loading={signIn.isPending}
        >
          {t("login.submit")}
        </Button>
      </form>
    </main>
  );
}
