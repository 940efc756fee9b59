/** A code to record a greeting by telephone, and waiting for what is recorded. */
import { Button } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { troubleOf } from "../../phone/phone";
import { time } from "../shared/format";
import { useLanguage, useServices } from "../shared/services";
import { tell } from "../shared/toasts";
import { ErrorBox, errorText } from "../shared/trouble";
import classes from "./greeting-dialog.module.css";
import {
  type GreetingLibrary,
  GreetingsApi,
  greetingsQuery,
  type Target,
  type TelephoneCode,
  type ValidFrom,
} from "./greetings-api";

interface GreetingPhoneProps {
  target: Target;
  from: ValidFrom;
  /** Whether all else is filled in. */
  ready: boolean;
  onSaved: () => void;
}

const recorded = ({ items }: GreetingLibrary) =>
  items.flatMap((greeting) =>
    greeting.versions
      .filter((version) => version.source === "telephone")
      .map((version) => ({ id: version.id, name: greeting.name })),
  );

/** Looks for a recording that was not there when the code was asked for. */
function useArrival(code: TelephoneCode | null, onSaved: () => void) {
  const { t } = useTranslation();
  const { api } = useServices();
  const { data } = useQuery({ ...greetingsQuery(api), refetchInterval: code ? 2_000 : 30_000 });
  const [known, setKnown] = useState<ReadonlySet<string> | null>(null);
  const mark = () => setKnown(new Set(data ? recorded(data).map((each) => each.id) : []));
  const arrived = code && known && data ? recorded(data).find((each) => !known.has(each.id)) : null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: told once, when it arrives
  useEffect(() => {
    if (!arrived) return;
    tell(t("manage.greetings.added", { name: arrived.name }));
    onSaved();
  }, [arrived?.id]);
  return mark;
}

export function GreetingPhone({ target, from, ready, onSaved }: GreetingPhoneProps) {
  const { t } = useTranslation();
  const { api } = useServices();
  const language = useLanguage();
  const [code, setCode] = useState<TelephoneCode | null>(null);
  const mark = useArrival(code, onSaved);
  const ask = useMutation({
    mutationFn: () => new GreetingsApi(api).dictate(target, from),
    onSuccess: (given) => {
      mark();
      setCode(given);
    },
  });
  return (
    <div className={classes.recorder}>
      <p>{t("manage.greetings.phoneHint")}</p>
      {code ? (
        <div aria-live="polite" data-testid="greeting-code">
          <dl className={`${classes.code} tabular`}>
            <dt>{t("manage.greetings.call")}</dt>
            <dd>{code.printed}</dd>
            <dt>{t("manage.greetings.code")}</dt>
            <dd>{code.code}</dd>
          </dl>
          <small>{t("manage.greetings.codeGood", { time: time(code.expires_at, language) })}</small>
        </div>
      ) : (
        <Button
          data-testid="greeting-ask-code"
          disabled={!ready}
          loading={ask.isPending}
          onClick={() => ask.mutate()}
        >
          {t("manage.greetings.askCode")}
        </Button>
      )}
      {ready || code ? null : <small>{t("manage.greetings.phoneNamed")}</small>}
      {ask.error ? (
        <ErrorBox errorId={troubleOf(ask.error).errorId}>{errorText(ask.error)}</ErrorBox>
      ) : null}
    </div>
  );
}
