/** The own second factor: on or off, new recovery codes. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { troubleOf } from "../../phone/phone";
import { TextField } from "../desk/fields";
import buttons from "../shared/button.module.css";
import { Dialog } from "../shared/dialog";
import { moment } from "../shared/format";
import { useLanguage, useServices } from "../shared/services";
import { tell } from "../shared/toasts";
import { ErrorBox, errorText, LoadFailed } from "../shared/trouble";
import { useWords } from "./copy-button";
import { FactorSetUp, RecoveryCodes } from "./factor-set-up";
import { factorKey } from "./keys";
import classes from "./sign-in.module.css";

type Open = "set-up" | "end" | "codes" | null;

/** Asks for a code, and for the password where the step needs it. */
function Prove(props: {
  hint: string;
  submit: string;
  password: boolean;
  error: unknown;
  onProve: (code: string, password: string) => void;
}) {
  const w = useWords();
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    props.onProve(code, password);
  };
  return (
    <form className={classes.form} onSubmit={submit}>
      <p className={classes.hint}>{props.hint}</p>
      {props.password ? (
        <TextField
          label={w("factor.password")}
          testId="prove-password"
          type="password"
          autoComplete="current-password"
          required
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
      ) : null}
      <TextField
        label={w("factor.anyCode")}
        testId="prove-code"
        autoComplete="one-time-code"
        required
        maxLength={50}
        value={code}
        onChange={(event) => setCode(event.currentTarget.value)}
      />
      {props.error ? (
        <ErrorBox errorId={troubleOf(props.error).errorId}>{errorText(props.error)}</ErrorBox>
      ) : null}
      <button type="submit" className={buttons.primary} data-testid="prove-submit">
        {props.submit}
      </button>
    </form>
  );
}

function EndDialog({ onClose }: { onClose: () => void }) {
  const w = useWords();
  const { api } = useServices();
  const queries = useQueryClient();
  const end = useMutation({
    mutationFn: (proof: { code: string; password: string }) =>
      api.endSecondFactor(proof.password, proof.code),
    onSuccess: () => {
      tell(w("factor.ended"));
      onClose();
      void queries.invalidateQueries({ queryKey: factorKey });
      // Where it is required, setting it up anew comes first.
      void queries.invalidateQueries({ queryKey: ["me"] });
    },
  });
  return (
    <Dialog title={w("factor.endTitle")} onClose={onClose}>
      <Prove
        hint={w("factor.endHint")}
        submit={w("factor.end")}
        password
        error={end.error}
        onProve={(code, password) => end.mutate({ code, password })}
      />
    </Dialog>
  );
}

function CodesDialog({ onClose }: { onClose: () => void }) {
  const w = useWords();
  const { api } = useServices();
  const queries = useQueryClient();
  const renew = useMutation({
    mutationFn: api.newRecoveryCodes,
    onSuccess: () => void queries.invalidateQueries({ queryKey: factorKey }),
  });
  return (
    <Dialog title={w("factor.newTitle")} onClose={onClose}>
      {renew.data ? (
        <RecoveryCodes codes={renew.data.codes} onDone={onClose} />
      ) : (
        <Prove
          hint={w("factor.newHint")}
          submit={w("factor.newCodes")}
          password={false}
          error={renew.error}
          onProve={(code) => renew.mutate(code)}
        />
      )}
    </Dialog>
  );
}

export function FactorSection() {
  const w = useWords();
  const language = useLanguage();
  const { api } = useServices();
  const [open, setOpen] = useState<Open>(null);
  const factor = useQuery({ queryKey: factorKey, queryFn: api.secondFactor });
  const close = () => setOpen(null);
  const { data } = factor;
  return (
    <section className={classes.section} aria-labelledby="factor-title" data-testid="factor">
      <div className={classes.top}>
        <div>
          <h2 id="factor-title">{w("factor.title")}</h2>
          {data ? (
            <p data-testid="factor-state" data-on={data.on}>
              {data.on && data.since
                ? `${w("factor.on", { since: moment(data.since, language) })} ${w("factor.left", { count: data.recovery_codes_left })}`
                : w("factor.off")}{" "}
              {data.required ? w("factor.required") : null}
            </p>
          ) : null}
        </div>
        {data?.on ? (
          <div className={classes.actions}>
            <button
              type="button"
              className={buttons.secondary}
              data-testid="factor-codes"
              onClick={() => setOpen("codes")}
            >
              {w("factor.newCodes")}
            </button>
            <button
              type="button"
              className={buttons.secondary}
              data-testid="factor-end"
              onClick={() => setOpen("end")}
            >
              {w("factor.end")}
            </button>
          </div>
        ) : null}
        {data && !data.on ? (
          <button
            type="button"
            className={buttons.primary}
            data-testid="factor-open"
            onClick={() => setOpen("set-up")}
          >
            {w("factor.begin")}
          </button>
        ) : null}
      </div>
      {factor.error ? (
        <LoadFailed error={factor.error} retry={() => void factor.refetch()} />
      ) : null}
      {open === "set-up" ? (
        <Dialog title={w("factor.setUp")} onClose={close}>
          <FactorSetUp
            onDone={() => {
              tell(w("factor.confirmed"));
              close();
            }}
          />
        </Dialog>
      ) : null}
      {open === "end" ? <EndDialog onClose={close} /> : null}
      {open === "codes" ? <CodesDialog onClose={close} /> : null}
    </section>
  );
}
