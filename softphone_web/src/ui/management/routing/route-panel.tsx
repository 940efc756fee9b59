/** Where calls to one number go: its steps, what is wrong with them, and the simulator. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import buttons from "../../shared/button.module.css";
import { Icon } from "../../shared/icons";
import { useServices } from "../../shared/services";
import list from "../list.module.css";
import { ListCard } from "../parts";
import {
  type Choices,
  choicesQuery,
  newId,
  putting,
  type Route,
  routeQuery,
  type Step,
  useChange,
} from "./queries";
import classes from "./routing.module.css";
import { Simulator } from "./simulator";
import { StepRow } from "./step-row";
import { emptyStep, incomplete, MOST_STEPS, moved } from "./steps";

interface Draft {
  key: string;
  step: Step;
}

const drafts = (steps: readonly Step[]): Draft[] => steps.map((step) => ({ key: newId(), step }));

function Steps({ route, choices }: { route: Route; choices: Choices }) {
  const { t } = useTranslation();
  const change = useChange();
  const [draft, setDraft] = useState(() => drafts(route.steps));
  const steps = draft.map((each) => each.step);
  const changed = JSON.stringify(steps) !== JSON.stringify(route.steps);
  const whole = route.problems.filter((problem) => problem.position === null);
  const save = () => {
    const path = `/numbers/${encodeURIComponent(route.e164)}/route`;
    const saved = t("manage.routing.saved");
    change.mutate(putting(path, { steps: route.steps }, { steps }, saved));
  };
  const set = (at: number, step: Step) =>
    setDraft(draft.map((each, index) => (index === at ? { ...each, step } : each)));
  return (
    <section className={classes.panel}>
      <p className={classes.hint}>
        {t(draft.length === 0 ? "manage.routing.noSteps" : "manage.routing.stepsHint")}
      </p>
      {draft.length > 0 ? (
        <ol className={`${list.card} ${classes.steps}`}>
          {draft.map(({ key, step }, position) => (
            <StepRow
              key={key}
              step={step}
              position={position}
              count={draft.length}
              choices={choices}
              problems={changed ? [] : route.problems.filter((each) => each.position === position)}
              onChange={(next) => set(position, next)}
              onMove={(by) => setDraft(moved(draft, position, by))}
              onRemove={() => setDraft(draft.filter((_, index) => index !== position))}
            />
          ))}
        </ol>
      ) : null}
      {changed
        ? null
        : whole.map((problem) => (
            <p key={problem.fault} className={classes.problem} data-testid="route-problem">
              <Icon name="alert" size={16} /> {problem.text}
            </p>
          ))}
      <div className={classes.actions}>
        <button
          type="button"
          className={buttons.secondary}
          data-testid="route-add"
          disabled={draft.length >= MOST_STEPS}
          onClick={() => setDraft([...draft, { key: newId(), step: emptyStep() }])}
        >
          <Icon name="add" size={18} /> {t("manage.routing.addStep")}
        </button>
        <button
          type="button"
          className={buttons.primary}
          data-testid="route-save"
          disabled={!changed || change.isPending || steps.some(incomplete)}
          onClick={save}
        >
          {t("manage.routing.save")}
        </button>
        {changed ? (
          <button
            type="button"
            className={buttons.secondary}
            onClick={() => setDraft(drafts(route.steps))}
          >
            {t("manage.routing.discard")}
          </button>
        ) : null}
      </div>
    </section>
  );
}

export function RoutePanel({ e164 }: { e164: string }) {
  const { api } = useServices();
  const route = useQuery(routeQuery(api, e164));
  const choices = useQuery(choicesQuery(api));
  if (!route.data || !choices.data) {
    return (
      <ListCard
        loading={!route.error && !choices.error}
        error={route.error ?? choices.error}
        retry={() => void Promise.all([route.refetch(), choices.refetch()])}
        empty={null}
      >
        {null}
      </ListCard>
    );
  }
  // What was saved, here or by an undo, is shown from then on.
  return (
    <div data-testid="route-panel">
      <Steps
        key={`${e164} ${JSON.stringify(route.data.steps)}`}
        route={route.data}
        choices={choices.data}
      />
      <Simulator key={e164} e164={e164} choices={choices.data} />
    </div>
  );
}
