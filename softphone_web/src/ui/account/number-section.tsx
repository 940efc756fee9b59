/** Asking for a number of one's own, and what became of it. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { NumberRequest } from "../../api/types";
import { troubleOf } from "../../phone/phone";
import { AreaField } from "../desk/fields";
import page from "../desk/page.module.css";
import buttons from "../shared/button.module.css";
import { Dialog } from "../shared/dialog";
import { international, moment } from "../shared/format";
import { keys } from "../shared/queries";
import { useLanguage, useServices } from "../shared/services";
import { tell } from "../shared/toasts";
import { ErrorBox, errorText, LoadFailed } from "../shared/trouble";
import { useWords } from "./copy-button";
import classes from "./sign-in.module.css";

const SHORTEST = 3;

function Ask({ before, onClose }: { before: string; onClose: () => void }) {
  const w = useWords();
  const { api } = useServices();
  const queries = useQueryClient();
  const [reason, setReason] = useState(before);
  const [tried, setTried] = useState(false);
  const short = reason.trim().length < SHORTEST;
  const send = useMutation({
    mutationFn: () => api.requestNumber(reason.trim()),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: keys.numberRequests });
      tell(w("number.sent"));
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (!short) send.mutate();
  };
  return (
    <form className={classes.form} onSubmit={submit}>
      <AreaField
        testId="number-reason"
        label={w("number.reason")}
        placeholder={w("number.reasonHint")}
        autoFocus
        rows={3}
        maxLength={1000}
        wrong={tried && short ? w("number.needReason") : undefined}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      {send.error ? (
        <ErrorBox errorId={troubleOf(send.error).errorId}>{errorText(send.error)}</ErrorBox>
      ) : null}
      <button
        type="submit"
        className={buttons.primary}
        data-testid="number-send"
        disabled={send.isPending}
      >
        {w("number.send")}
      </button>
    </form>
  );
}

function Newest({ request }: { request: NumberRequest }) {
  const w = useWords();
  const language = useLanguage();
  const { state, reason, answer, e164 } = request;
  const at = moment(request.decided_at ?? request.created_at, language);
  const number = e164 ? international(e164, null) : "";
  return (
    <ul className={classes.rows}>
      <li data-testid="my-number-request" data-state={state}>
        <div className={classes.what}>
          <strong>{w(`number.${state}`, { at, reason, number })}</strong>
          {answer ? <small>{w("number.answer", { answer })}</small> : null}
        </div>
        <span className={page.badge}>{w(`number.states.${state}`)}</span>
      </li>
    </ul>
  );
}

const ASKS = { open: "number.change", refused: "number.askAgain", approved: "number.ask" } as const;

export function NumberSection() {
  const w = useWords();
  const { api } = useServices();
  const [asking, setAsking] = useState(false);
  const mine = useQuery({ queryKey: keys.numberRequests, queryFn: api.myNumberRequests });
  const newest = mine.data?.items[0];
  const close = () => setAsking(false);
  const ask = w(newest ? ASKS[newest.state] : "number.ask");
  return (
    <section className={classes.section} aria-labelledby="number-title">
      <div className={classes.top}>
        <div>
          <h2 id="number-title">{w("number.title")}</h2>
          <p>{w("number.hint")}</p>
        </div>
        {mine.data ? (
          <button
            type="button"
            className={buttons.secondary}
            data-testid="number-ask"
            onClick={() => setAsking(true)}
          >
            {ask}
          </button>
        ) : null}
      </div>
      {mine.error ? <LoadFailed error={mine.error} retry={() => void mine.refetch()} /> : null}
      {newest ? <Newest request={newest} /> : null}
      {asking ? (
        <Dialog title={ask} onClose={close}>
          <Ask before={newest?.state === "open" ? newest.reason : ""} onClose={close} />
        </Dialog>
      ) : null}
    </section>
  );
}
