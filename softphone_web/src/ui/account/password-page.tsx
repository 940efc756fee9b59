/** What links in mails open: setting the first password, or a new one; asking for such a link. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useEffect, useState } from "react";
import type { AccountLink } from "../../api/types";
import { speak } from "../../i18n";
import { troubleOf } from "../../phone/phone";
import buttons from "../shared/button.module.css";
import { keys } from "../shared/queries";
import { Link, navigate, sectionOf, usePath } from "../shared/router";
import { useServices } from "../shared/services";
import { Splash } from "../shared/splash";
import { ErrorBox, errorText, LoadFailed } from "../shared/trouble";
import classes from "./account.module.css";
import { AccountCard } from "./account-card";
import { NewPassword } from "./password-field";
import { useAccountWords } from "./words";

/** Read once: then it is out of the address, the history and whatever copies them. */
function takeToken(): string {
  const token = new URLSearchParams(window.location.search).get("token") ?? "";
  if (token) window.history.replaceState(null, "", window.location.pathname);
  return token;
}

export function PasswordPage() {
  const path = usePath();
  const [token, setToken] = useState(takeToken);
  if (token) return <WithLink token={token} />;
  if (sectionOf(path) === "welcome") return <Over invitation onAgain={() => setToken("")} />;
  return <Forgot />;
}

function ToSignIn() {
  const w = useAccountWords();
  return (
    <Link
      href="/call"
      className={`${buttons.secondary} ${classes.onward}`}
      data-testid="to-sign-in"
    >
      {w("toSignIn")}
    </Link>
  );
}

function Over({ invitation, onAgain }: { invitation: boolean; onAgain: () => void }) {
  const w = useAccountWords();
  return (
    <AccountCard title={w("over.title")} text={w(invitation ? "over.invitation" : "over.reset")}>
      {invitation ? null : (
        <button
          type="button"
          className={`${buttons.primary} ${classes.submit}`}
          data-testid="ask-again"
          onClick={onAgain}
        >
          {w("over.again")}
        </button>
      )}
      <ToSignIn />
    </AccountCard>
  );
}

function WithLink({ token }: { token: string }) {
  const path = usePath();
  const { api } = useServices();
  const [again, setAgain] = useState(false);
  const link = useQuery({
    queryKey: ["account-link", token],
    queryFn: () => api.lookAtLink(token),
    staleTime: Number.POSITIVE_INFINITY,
    retry: (count, error) => troubleOf(error).errorId === "network" && count < 3,
  });
  useEffect(() => {
    if (link.data) speak(link.data.language);
  }, [link.data]);
  if (again) return <Forgot />;
  if (link.data) return <Choose token={token} link={link.data} />;
  if (!link.error) return <Splash />;
  if (troubleOf(link.error).errorId === "link-over") {
    return <Over invitation={sectionOf(path) === "welcome"} onAgain={() => setAgain(true)} />;
  }
  return (
    <Splash>
      <LoadFailed error={link.error} retry={() => void link.refetch()} />
    </Splash>
  );
}

function Choose({ token, link }: { token: string; link: AccountLink }) {
  const w = useAccountWords();
  const { api, endSession } = useServices();
  const queries = useQueryClient();
  const [password, setPassword] = useState("");
  const use = useMutation({
    mutationFn: () => api.takeLink(token, password),
    onSuccess: ({ me }) => {
      // Whoever was signed in here before is not any more.
      endSession();
      if (!me) return;
      queries.setQueryData(keys.me, me);
      navigate("/call", true);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    use.mutate();
  };
  if (use.data?.kind === "reset") {
    return (
      <AccountCard title={w("reset.done")} text={w("reset.doneHint")}>
        <ToSignIn />
      </AccountCard>
    );
  }
  const { name, email } = link;
  const page = link.kind === "invitation" ? "welcome" : "reset";
  return (
    <AccountCard title={w(`${page}.title`, { name })} text={w(`${page}.intro`, { email })}>
      <form className={classes.form} onSubmit={submit}>
        <input type="hidden" autoComplete="username" value={email} readOnly />
        <NewPassword
          value={password}
          onChange={setPassword}
          rules={link.rules}
          about={[name, email]}
        />
        {use.error ? (
          <ErrorBox errorId={troubleOf(use.error).errorId}>{errorText(use.error)}</ErrorBox>
        ) : null}
        <button
          type="submit"
          className={`${buttons.primary} ${classes.submit}`}
          data-testid="set-password"
          disabled={use.isPending}
          aria-busy={use.isPending}
        >
          {w(`${page}.submit`)}
        </button>
      </form>
    </AccountCard>
  );
}

function Forgot() {
  const w = useAccountWords();
  const { api } = useServices();
  const [email, setEmail] = useState("");
  const ask = useMutation({ mutationFn: () => api.forgotPassword(email.trim()) });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    ask.mutate();
  };
  if (ask.isSuccess) {
    return (
      <AccountCard title={w("forgot.sent")} text={w("forgot.sentHint", { email: email.trim() })}>
        <ToSignIn />
      </AccountCard>
    );
  }
  return (
    <AccountCard title={w("forgot.title")} text={w("forgot.intro")}>
      <form className={classes.form} onSubmit={submit}>
        <div className={buttons.field}>
          <label htmlFor="forgot-email">{w("email")}</label>
          <input
            id="forgot-email"
            data-testid="forgot-email"
            type="email"
            autoComplete="username"
            required
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
          />
        </div>
        {ask.error ? (
          <ErrorBox errorId={troubleOf(ask.error).errorId}>{errorText(ask.error)}</ErrorBox>
        ) : null}
        <button
          type="submit"
          className={`${buttons.primary} ${classes.submit}`}
          data-testid="forgot-submit"
          disabled={ask.isPending}
        >
          {w("forgot.submit")}
        </button>
      </form>
      <ToSignIn />
    </AccountCard>
  );
}
