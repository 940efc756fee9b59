/** Setting up the second factor: QR code, a code that confirms it, the recovery codes. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { troubleOf } from "../../phone/phone";
import { TextField } from "../desk/fields";
import buttons from "../shared/button.module.css";
import { useServices } from "../shared/services";
import { ErrorBox, errorText } from "../shared/trouble";
import { CopyButton, useWords } from "./copy-button";
import { factorKey } from "./keys";
import { qrOf } from "./qr";
import classes from "./sign-in.module.css";

function Picture({ uri }: { uri: string }) {
  const w = useWords();
  const { size, path } = qrOf(uri);
  return (
    <svg
      className={classes.qr}
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label={w("factor.qr")}
    >
      <path d={path} />
    </svg>
  );
}

function download(codes: readonly string[]): void {
  const url = URL.createObjectURL(new Blob([`${codes.join("\n")}\n`], { type: "text/plain" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = "vermittlung-codes.txt";
  link.click();
  URL.revokeObjectURL(url);
}

export function RecoveryCodes({ codes, onDone }: { codes: string[]; onDone: () => void }) {
  const w = useWords();
  return (
    <div className={classes.form}>
      <p className={classes.hint}>{w("factor.codesHint")}</p>
      <ul
        className={classes.codes}
        data-testid="recovery-codes"
        aria-label={w("factor.codesTitle")}
      >
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <div className={classes.actions}>
        <button
          type="button"
          className={buttons.primary}
          data-testid="recovery-done"
          onClick={onDone}
        >
          {w("common.done")}
        </button>
        <CopyButton text={codes.join("\n")} />
        <button type="button" className={buttons.secondary} onClick={() => download(codes)}>
          {w("factor.download")}
        </button>
      </div>
    </div>
  );
}

interface SetUpProps {
  /** Called when the recovery codes were seen. */
  onDone: () => void;
}

export function FactorSetUp({ onDone }: SetUpProps) {
  const w = useWords();
  const { api } = useServices();
  const queries = useQueryClient();
  const [code, setCode] = useState("");
  const begin = useMutation({ mutationFn: api.beginSecondFactor });
  const confirm = useMutation({
    mutationFn: () => api.confirmSecondFactor(code),
    onSuccess: () => void queries.invalidateQueries({ queryKey: factorKey }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    confirm.mutate();
  };
  if (confirm.data) return <RecoveryCodes codes={confirm.data.codes} onDone={onDone} />;
  const error = begin.error ?? confirm.error;
  if (!begin.data) {
    return (
      <div className={classes.form}>
        {error ? <ErrorBox errorId={troubleOf(error).errorId}>{errorText(error)}</ErrorBox> : null}
        <button
          type="button"
          className={buttons.primary}
          data-testid="factor-begin"
          disabled={begin.isPending}
          onClick={() => begin.mutate()}
        >
          {w("factor.begin")}
        </button>
      </div>
    );
  }
  return (
    <form className={classes.form} onSubmit={submit}>
      <p className={classes.hint}>{w("factor.scan")}</p>
      <Picture uri={begin.data.uri} />
      <p className={classes.hint}>{w("factor.typed")}</p>
      <code className={classes.secret} data-testid="factor-secret">
        {begin.data.secret.replace(/(.{4})(?=.)/g, "$1 ")}
      </code>
      <TextField
        label={w("factor.code")}
        testId="factor-code"
        inputMode="numeric"
        autoComplete="one-time-code"
        required
        maxLength={10}
        value={code}
        onChange={(event) => setCode(event.currentTarget.value)}
      />
      {error ? <ErrorBox errorId={troubleOf(error).errorId}>{errorText(error)}</ErrorBox> : null}
      <button
        type="submit"
        className={buttons.primary}
        data-testid="factor-confirm"
        disabled={confirm.isPending}
      >
        {w("factor.confirm")}
      </button>
    </form>
  );
}
