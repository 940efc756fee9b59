/** What proves that somebody is this person: second factor, sessions, API tokens. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { Person } from "../../../api/types";
import { useWords } from "../../account/copy-button";
import { sessionsKey } from "../../account/keys";
import { SessionsSection } from "../../account/sessions-section";
import account from "../../account/sign-in.module.css";
import { SureButton } from "../../account/sure-button";
import { TokensSection } from "../../account/tokens-section";
import { moment } from "../../shared/format";
import { useLanguage, useMe, useServices } from "../../shared/services";
import { tell, warn } from "../../shared/toasts";
import { errorText } from "../../shared/trouble";
import { useRefreshPeople } from "./people-queries";

function Factor({ person }: { person: Person }) {
  const w = useWords();
  const language = useLanguage();
  const { api } = useServices();
  const queries = useQueryClient();
  const refresh = useRefreshPeople();
  const since = person.second_factor_since;
  const reset = useMutation({
    mutationFn: () => api.resetSecondFactor(person.id),
    onSuccess: () => tell(w("factor.resetDone")),
    onError: (error) => warn(errorText(error)),
    onSettled: () => {
      refresh();
      void queries.invalidateQueries({ queryKey: sessionsKey(person.id) });
    },
  });
  return (
    <section className={account.section} aria-labelledby="factor-title">
      <div className={account.top}>
        <div>
          <h2 id="factor-title">{w("factor.title")}</h2>
          <p data-testid="factor-of" data-on={since !== null}>
            {since ? w("factor.stateOf", { since: moment(since, language) }) : w("factor.offOf")}
          </p>
          {since ? <p>{w("factor.resetHint")}</p> : null}
        </div>
        {since ? (
          <SureButton
            label={w("factor.reset")}
            sure={w("factor.resetNow")}
            name={`${w("factor.title")}: ${w("factor.reset")}`}
            testId="factor-reset"
            disabled={reset.isPending}
            onSure={() => reset.mutate()}
          />
        ) : null}
      </div>
    </section>
  );
}

/** Of other people; one's own are in the account page. */
export function PersonKeys({ person }: { person: Person }) {
  const me = useMe();
  if (!person.editable || person.state === "left" || person.id === me.id) return null;
  return (
    <>
      <Factor person={person} />
      <SessionsSection of={person.id} />
      <TokensSection of={person.id} />
    </>
  );
}
