/** A few words on why a country is needed; the answer arrives by itself. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { troubleOf } from "../../phone/phone";
import buttons from "../shared/button.module.css";
import { Dialog } from "../shared/dialog";
import { Flag } from "../shared/flag";
import { Icon } from "../shared/icons";
import { countriesQuery, keys } from "../shared/queries";
import { useMe, useServices } from "../shared/services";
import { tell } from "../shared/toasts";
import { ErrorBox, errorText } from "../shared/trouble";
import type { CountryRequestProps } from "./country-request-dialog";
import classes from "./country-request-form.module.css";
import { AreaField } from "./fields";
import { myRequestsQuery } from "./queries";
import { useWords } from "./words";

const SHORTEST = 3;

export function CountryRequestForm({ country, task, onClose }: CountryRequestProps) {
  const w = useWords();
  const { api } = useServices();
  const me = useMe();
  const queries = useQueryClient();
  const countries = useQuery(countriesQuery(api));
  const mine = useQuery(myRequestsQuery(api));
  const [typed, setTyped] = useState<string | null>(null);
  const [tried, setTried] = useState(false);
  const name = countries.data?.items.find((each) => each.code === country)?.name ?? country;
  const before = mine.data?.items.find(
    (each) => each.by === me.email && each.country === country && each.state === "open",
  );
  const reason = typed ?? before?.reason ?? "";
  const short = reason.trim().length < SHORTEST;
  const send = useMutation({
    mutationFn: () =>
      api.requestCountry({
        country,
        reason: reason.trim(),
        ...(task ? { task: task.external_id } : {}),
      }),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: keys.requests });
      tell(w("request.sent"));
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (!short && !send.isPending) send.mutate();
  };
  return (
    <Dialog title={w("request.title")} onClose={onClose}>
      <form className={classes.form} data-testid="country-request-dialog" onSubmit={submit}>
        <p className={classes.country}>
          <Flag code={country} />
          <span>{before ? w("request.change") : w("request.intro", { country: name })}</span>
        </p>
        {task ? (
          <span className={classes.task}>{w("request.task", { task: task.title })}</span>
        ) : null}
        <AreaField
          testId="country-request-reason"
          label={w("request.reason")}
          placeholder={w("request.reasonHint")}
          autoFocus
          rows={3}
          maxLength={1000}
          hint=""
          wrong={tried && short ? w("request.needReason") : undefined}
          value={reason}
          onChange={(event) => setTyped(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) submit(event);
          }}
        />
        {send.error ? (
          <ErrorBox errorId={troubleOf(send.error).errorId}>{errorText(send.error)}</ErrorBox>
        ) : null}
        <div className={classes.end}>
          <button
            type="submit"
            className={buttons.primary}
            data-testid="country-request-send"
            disabled={send.isPending}
          >
            <Icon name="send" size={17} />
            {w("request.send")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
