/** Who asks for a locked country, and the two answers. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { CountryRequest } from "../../api/types";
import { openRequestsQuery } from "../desk/queries";
import { useWords } from "../desk/words";
import buttons from "../shared/button.module.css";
import { Flag } from "../shared/flag";
import { moment } from "../shared/format";
import { keys } from "../shared/queries";
import { useLanguage, useServices } from "../shared/services";
import { tell, warn } from "../shared/toasts";
import { errorText } from "../shared/trouble";
import { approve, countryKeys } from "./country-api";
import classes from "./country-requests.module.css";
import { EVERYTHING, type Grant, GrantFields, grantOf } from "./grant-fields";
import list from "./list.module.css";

type Decision = "approve" | "refuse";

function Request({ request }: { request: CountryRequest }) {
  const w = useWords();
  const { api } = useServices();
  const language = useLanguage();
  const queries = useQueryClient();
  const [answer, setAnswer] = useState("");
  const [grant, setGrant] = useState<Grant>(EVERYTHING);
  const { id, country, country_name, by_name, reason, task, task_title } = request;
  const decide = useMutation({
    mutationFn: (decision: Decision) =>
      decision === "approve"
        ? approve(api, id, { text: answer.trim(), ...grantOf(grant) })
        : api.refuseCountry(id, answer.trim()),
    onSuccess: (decided) => {
      const key = decided.state === "approved" ? "request.approved" : "request.refused";
      tell(w(key, { country: country_name }));
      for (const queryKey of [keys.requests, keys.countries, countryKeys.unlocks, ["check"]]) {
        void queries.invalidateQueries({ queryKey });
      }
    },
    onError: (error) => {
      warn(errorText(error));
      void queries.invalidateQueries({ queryKey: keys.requests });
    },
  });
  const when = moment(request.created_at, language);
  return (
    <li className={classes.request} data-testid={`country-request-${id}`}>
      <div className={classes.what}>
        <span className={classes.country}>
          <Flag code={country} />
          <strong>{country_name}</strong>
        </span>
        <span className={classes.reason}>{reason}</span>
        <small>
          {w("request.from", { name: by_name, when })}
          {task ? ` · ${task_title ?? task}` : ""}
        </small>
      </div>
      <GrantFields grant={grant} name={by_name} task={task !== ""} onChange={setGrant} />
      <input
        type="text"
        className={classes.answer}
        aria-label={w("request.answerFor", { name: by_name })}
        placeholder={w("request.answer")}
        maxLength={1000}
        data-testid="country-request-answer"
        value={answer}
        onChange={(event) => setAnswer(event.currentTarget.value)}
      />
      <div className={classes.actions}>
        <button
          type="button"
          className={buttons.secondary}
          data-testid="country-request-refuse"
          disabled={decide.isPending}
          aria-label={w("request.refuseFor", { country: country_name, name: by_name })}
          onClick={() => decide.mutate("refuse")}
        >
          {w("request.refuse")}
        </button>
        <button
          type="button"
          className={buttons.primary}
          data-testid="country-request-approve"
          disabled={decide.isPending}
          aria-label={w("request.approveFor", { country: country_name, name: by_name })}
          onClick={() => decide.mutate("approve")}
        >
          {w("request.approve")}
        </button>
      </div>
    </li>
  );
}

/** Nothing at all where nobody asks. */
export function CountryRequests() {
  const w = useWords();
  const { api } = useServices();
  const { data } = useQuery(openRequestsQuery(api));
  if (!data || data.items.length === 0) return null;
  return (
    <section className={classes.requests} data-testid="country-requests">
      <h2>{w("request.open")}</h2>
      <p>{w("request.openHint")}</p>
      <ul className={list.card}>
        {data.items.map((request) => (
          <Request key={request.id} request={request} />
        ))}
      </ul>
    </section>
  );
}
