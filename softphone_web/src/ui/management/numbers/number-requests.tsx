/** Who asks for a number of their own, and the two answers. */
import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { NumberRequest } from "../../../api/types";
import { moment } from "../../shared/format";
import { useLanguage, useServices } from "../../shared/services";
import { tell, warn } from "../../shared/toasts";
import { errorText } from "../../shared/trouble";
import list from "../list.module.css";
import {
  approveRequest,
  freeNumbersQuery,
  numberRequestsQuery,
  refuseRequest,
  useRefreshNumbers,
} from "./numbers-api";
import classes from "./numbers-list.module.css";

function Request({ request }: { request: NumberRequest }) {
  const { t } = useTranslation();
  const { api } = useServices();
  const language = useLanguage();
  const refresh = useRefreshNumbers();
  const free = useQuery(freeNumbersQuery(api)).data?.items ?? [];
  const [e164, setE164] = useState("");
  const [answer, setAnswer] = useState("");
  const { id, by_name: name } = request;
  const decide = useMutation({
    mutationFn: (given: string | null) =>
      given ? approveRequest(api, id, given, answer) : refuseRequest(api, id, answer),
    onSuccess: (decided) => {
      const number = free.find((each) => each.e164 === decided.e164)?.national ?? "";
      const key = decided.state === "approved" ? "approved" : "refused";
      tell(t(`manage.numbers.requests.${key}`, { name, number }));
    },
    onError: (error) => warn(errorText(error)),
    onSettled: refresh,
  });
  const none = t(
    free.length > 0 ? "manage.numbers.requests.choose" : "manage.numbers.requests.noneFree",
  );
  return (
    <li className={classes.request} data-testid="number-request">
      <div className={list.two}>
        <span>{request.reason}</span>
        <small>
          {t("manage.numbers.requests.from", { name, when: moment(request.created_at, language) })}
        </small>
      </div>
      <NativeSelect
        aria-label={t("manage.numbers.requests.number", { name })}
        data-testid="request-number"
        value={e164}
        onChange={(event) => setE164(event.currentTarget.value)}
        data={[
          { value: "", label: none },
          ...free.map((each) => ({ value: each.e164, label: each.national })),
        ]}
      />
      <TextInput
        aria-label={t("manage.numbers.requests.answerFor", { name })}
        placeholder={t("manage.numbers.requests.answer")}
        maxLength={1000}
        value={answer}
        onChange={(event) => setAnswer(event.currentTarget.value)}
      />
      <div className={classes.answers}>
        <Button
          variant="light"
          disabled={decide.isPending}
          aria-label={t("manage.numbers.requests.refuseFor", { name })}
          onClick={() => decide.mutate(null)}
        >
          {t("manage.numbers.requests.refuse")}
        </Button>
        <Button
          disabled={decide.isPending || !e164}
          data-testid="request-give"
          aria-label={t("manage.numbers.requests.giveFor", { name })}
          onClick={() => decide.mutate(e164)}
        >
          {t("manage.numbers.requests.give")}
        </Button>
      </div>
    </li>
  );
}

/** Nothing at all where nobody asks. */
export function NumberRequests() {
  const { t } = useTranslation();
  const { api } = useServices();
  const { data } = useQuery(numberRequestsQuery(api));
  if (!data || data.items.length === 0) return null;
  return (
    <section className={classes.requests} data-testid="number-requests">
      <h2>{t("manage.numbers.requests.open")}</h2>
      <ul className={list.card}>
        {data.items.map((request) => (
          <Request key={request.id} request={request} />
        ))}
      </ul>
    </section>
  );
}
