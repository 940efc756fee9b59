/** A request for a country, opened from a mail: shown first, decided only by a button. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import "../../i18n/manage";
import buttons from "../shared/button.module.css";
import { Flag } from "../shared/flag";
import { moment } from "../shared/format";
import { usePath } from "../shared/router";
import { useLanguage, useServices } from "../shared/services";
import { ErrorBox, errorText } from "../shared/trouble";
import { type CountryAnswer, type LinkedRequest, linkedQuery } from "./country-api";
import { EVERYTHING, type Grant, GrantFields, grantOf } from "./grant-fields";
import classes from "./linked-request-page.module.css";

type Decision = CountryAnswer & { decision: "approve" | "refuse" };

function Decide({ request, token }: { request: LinkedRequest; token: string }) {
  const { t } = useTranslation();
  const { api } = useServices();
  const queries = useQueryClient();
  const [grant, setGrant] = useState<Grant>({
    ...EVERYTHING,
    scope: request.task ? "task" : "user",
  });
  const [text, setText] = useState("");
  const decide = useMutation({
    mutationFn: (decision: Decision) =>
      api.send<LinkedRequest>("POST", `/country-decisions/${encodeURIComponent(token)}`, decision),
    onSuccess: (decided) => queries.setQueryData(linkedQuery(api, token).queryKey, decided),
  });
  const answer = text.trim();
  return (
    <>
      <GrantFields
        grant={grant}
        name={request.by_name}
        task={request.task !== ""}
        onChange={setGrant}
      />
      <label className={classes.answer} htmlFor="linked-answer">
        {t("manage.countries.linked.answer")}
        <input
          id="linked-answer"
          type="text"
          maxLength={1000}
          data-testid="linked-answer"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
      </label>
      {decide.error ? <ErrorBox errorId="">{errorText(decide.error)}</ErrorBox> : null}
      <div className={classes.actions}>
        <button
          type="button"
          className={buttons.secondary}
          data-testid="linked-refuse"
          disabled={decide.isPending}
          onClick={() => decide.mutate({ decision: "refuse", text: answer })}
        >
          {t("manage.countries.linked.refuse")}
        </button>
        <button
          type="button"
          className={buttons.primary}
          data-testid="linked-approve"
          disabled={decide.isPending}
          onClick={() => decide.mutate({ decision: "approve", text: answer, ...grantOf(grant) })}
        >
          {t("manage.countries.linked.approve")}
        </button>
      </div>
      <p className={classes.small}>
        {t("manage.countries.linked.as", { name: request.holder_name })}
      </p>
    </>
  );
}

function Shown({ request, token }: { request: LinkedRequest; token: string }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { by_name: name, country, country_name, task, task_title, reason, state } = request;
  return (
    <>
      <h1>
        <Flag code={country} />
        {t("manage.countries.linked.asks", { name, country: country_name })}
      </h1>
      <blockquote>{reason}</blockquote>
      <p className={classes.small}>
        {moment(request.created_at, language)}
        {task ? ` · ${t("manage.countries.linked.forTask", { task: task_title ?? task })}` : ""}
      </p>
      {state === "open" ? (
        <Decide request={request} token={token} />
      ) : (
        <p data-testid="linked-decided" data-state={state} className={classes.done}>
          {t(`manage.countries.linked.${state}`, { name })}
        </p>
      )}
    </>
  );
}

export function LinkedRequestPage() {
  const { api } = useServices();
  const token = usePath().split("/")[2] ?? "";
  const { data, error } = useQuery(linkedQuery(api, token));
  return (
    <main className={classes.page} aria-busy={!data && !error}>
      <div className={classes.card} data-testid="linked-request">
        {error ? <ErrorBox errorId="">{errorText(error)}</ErrorBox> : null}
        {data ? <Shown request={data} token={token} /> : null}
      </div>
    </main>
  );
}
