/** Choosing a new password for oneself; in a dialog, or because the old one is too old. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { troubleOf } from "../../phone/phone";
import buttons from "../shared/button.module.css";
import { keys } from "../shared/queries";
import { useMe, useServices } from "../shared/services";
import { tell } from "../shared/toasts";
import { ErrorBox, errorText, LoadFailed } from "../shared/trouble";
import classes from "./account.module.css";
import { NewPassword, PasswordField } from "./password-field";
import { useAccountWords } from "./words";

export function ChangePassword({ onDone }: { onDone: () => void }) {
  const w = useAccountWords();
  const { api } = useServices();
  const me = useMe();
  const queries = useQueryClient();
  const [old, setOld] = useState("");
  const [next, setNext] = useState("");
  const rules = useQuery({ queryKey: ["password-rules"], queryFn: api.passwordRules });
  const change = useMutation({
    mutationFn: () => api.changePassword(old, next),
    onSuccess: (changed) => {
      queries.setQueryData(keys.me, changed);
      tell(w("change.done"));
      onDone();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate();
  };
  if (rules.error) return <LoadFailed error={rules.error} retry={() => void rules.refetch()} />;
  return (
    <form className={classes.form} onSubmit={submit}>
      <input type="hidden" autoComplete="username" value={me.email} readOnly />
      <PasswordField
        label={w("current")}
        value={old}
        onChange={setOld}
        autoComplete="current-password"
        testId="old-password"
      />
      {rules.data ? (
        <NewPassword
          value={next}
          onChange={setNext}
          rules={rules.data}
          about={[me.name, me.email]}
        />
      ) : null}
      {change.error ? (
        <ErrorBox errorId={troubleOf(change.error).errorId}>{errorText(change.error)}</ErrorBox>
      ) : null}
      <p className={classes.hint}>{w("change.hint")}</p>
      <button
        type="submit"
        className={`${buttons.primary} ${classes.submit}`}
        data-testid="change-password"
        disabled={change.isPending || !rules.data}
        aria-busy={change.isPending}
      >
        {w("change.submit")}
      </button>
    </form>
  );
}
