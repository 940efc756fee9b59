/** What whoever receives a task confirms before the first call on it. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Api } from "../../api/client";
import type { components } from "../../api/schema";
import type { Page } from "../../api/types";
import { troubleOf } from "../../phone/phone";
import buttons from "../shared/button.module.css";
import { decimal } from "../shared/format";
import { useLanguage, useServices } from "../shared/services";
import { tell } from "../shared/toasts";
import { ErrorBox, errorText } from "../shared/trouble";
import { AreaField, SwitchField } from "./fields";
import classes from "./handover.module.css";
import { useWords } from "./words";

export type Handover = components["schemas"]["HandoverView"];

const HANDOVERS = ["billing", "handovers"];

export const handoversQuery = (api: Api, task: string) => ({
  queryKey: [...HANDOVERS, task],
  queryFn: () => api.get<Page<Handover>>("/handovers", { task }),
});

interface HandoverChecklistProps {
  handover: Handover;
  onDone: () => void;
}

export function HandoverChecklist({ handover, onDone }: HandoverChecklistProps) {
  const w = useWords();
  const { t } = useTranslation();
  const { api } = useServices();
  const language = useLanguage();
  const queries = useQueryClient();
  const [said, setSaid] = useState({
    right_factor: false,
    informed: false,
    specialist: false,
    facts: "",
  });
  const confirm = useMutation({
    mutationFn: () =>
      api.send("POST", `/handovers/${encodeURIComponent(handover.id)}/confirm`, said),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: HANDOVERS });
      tell(w("handover.confirmed", { task: handover.title }));
      onDone();
    },
  });
  const complete = said.right_factor && said.informed && (!said.specialist || said.facts.trim());
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (complete) confirm.mutate();
  };
  const area = t(`areas.${handover.area as "backoffice"}`);
  const factor = handover.factor ? decimal(handover.factor, language) : "–";
  return (
    <form className={classes.form} data-testid="handover" onSubmit={submit}>
      <p>{w("handover.from", { name: handover.handed_by, customer: handover.customer || "–" })}</p>
      <SwitchField
        label={w("handover.rightFactor", { area, factor })}
        testId="handover-factor"
        checked={said.right_factor}
        onChange={(right_factor) => setSaid({ ...said, right_factor })}
      />
      <SwitchField
        label={w("handover.informed")}
        testId="handover-informed"
        checked={said.informed}
        onChange={(informed) => setSaid({ ...said, informed })}
      />
      <SwitchField
        label={w("handover.specialist")}
        testId="handover-specialist"
        checked={said.specialist}
        onChange={(specialist) => setSaid({ ...said, specialist })}
      />
      {said.specialist ? (
        <AreaField
          label={w("handover.facts")}
          testId="handover-facts"
          maxLength={4000}
          value={said.facts}
          onChange={(event) => setSaid({ ...said, facts: event.currentTarget.value })}
        />
      ) : null}
      {confirm.error ? (
        <ErrorBox errorId={troubleOf(confirm.error).errorId}>{errorText(confirm.error)}</ErrorBox>
      ) : null}
      <button
        type="submit"
        className={buttons.primary}
        data-testid="handover-confirm"
        disabled={!complete || confirm.isPending}
      >
        {w("handover.confirm")}
      </button>
    </form>
  );
}
