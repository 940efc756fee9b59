/** One step of a number's list: what is done, and when. */
import { NativeSelect, NumberInput, TextInput } from "@mantine/core";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import { Icon, type IconName } from "../../shared/icons";
import type { Choices, Problem, Step } from "./queries";
import classes from "./routing.module.css";
import { ACTIONS, CALLERS, HOURS, rings } from "./steps";

const ICONS: Record<Step["action"], IconName> = {
  person: "phone",
  group: "people",
  number: "hash",
  outside: "outbound",
  announce: "bell",
  voicemail: "voicemail",
  reject: "hangup",
};

interface Option {
  value: string;
  label: string;
}

/** What the step's target can be; one that is gone stays to be seen. */
function useTargets(step: Step, choices: Choices): Option[] {
  const { t } = useTranslation();
  const known: Option[] = {
    person: choices.people.map(({ user, name }) => ({ value: user, label: name })),
    group: choices.groups.map(({ id, name }) => ({ value: id, label: name })),
    number: choices.numbers.map(({ id, name }) => ({ value: id, label: name })),
    outside: [],
    announce: choices.sounds.map(({ id, name }) => ({ value: id, label: name })),
    voicemail: [],
    reject: [],
  }[step.action];
  const gone = step.target && !known.some(({ value }) => value === step.target);
  return [
    { value: "", label: t("manage.routing.choose") },
    ...known,
    ...(gone ? [{ value: step.target, label: t("manage.routing.gone") }] : []),
  ];
}

interface FieldProps {
  label: string;
  testId?: string;
  value: string;
  options: Option[];
  invalid?: boolean;
  onChange: (value: string) => void;
}

function Choice({ label, testId, value, options, invalid = false, onChange }: FieldProps) {
  return (
    <NativeSelect
      label={label}
      data-testid={testId}
      value={value}
      data={options}
      error={invalid}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

interface StepRowProps {
  step: Step;
  position: number;
  count: number;
  choices: Choices;
  problems: readonly Problem[];
  onChange: (step: Step) => void;
  onMove: (by: number) => void;
  onRemove: () => void;
}

export function StepRow(props: StepRowProps) {
  const { step, position, count, choices, problems, onChange, onMove, onRemove } = props;
  const { t } = useTranslation();
  const targets = useTargets(step, choices);
  const set = (part: Partial<Step>) => onChange({ ...step, ...part });
  const number = position + 1;
  const hint = useId();
  return (
    <li className={classes.step} data-testid={`route-step-${position}`}>
      <span className={classes.mark} data-final={step.action === "reject" || undefined}>
        <Icon name={ICONS[step.action]} size={19} />
      </span>
      <div className={classes.fields}>
        <div className={classes.line}>
          <Choice
            label={t("manage.routing.stepAction", { number })}
            testId={`route-action-${position}`}
            value={step.action}
            options={ACTIONS.map((value) => ({
              value,
              label: t(`manage.routing.action.${value}`),
            }))}
            onChange={(value) => set({ action: value as Step["action"], target: "" })}
          />
          {step.action === "outside" ? (
            <TextInput
              label={t("manage.routing.outsideNumber")}
              aria-describedby={hint}
              data-testid={`route-outside-${position}`}
              inputMode="tel"
              autoComplete="off"
              maxLength={40}
              value={step.target}
              error={!step.target}
              onChange={(event) => set({ target: event.currentTarget.value })}
            />
          ) : targets.length > 1 || step.action === "group" ? (
            <Choice
              label={t("manage.routing.target")}
              testId={`route-target-${position}`}
              value={step.target}
              options={targets}
              invalid={!step.target}
              onChange={(target) => set({ target })}
            />
          ) : null}
          {rings(step) ? (
            <NumberInput
              label={t("manage.routing.seconds")}
              value={step.seconds}
              min={5}
              max={120}
              clampBehavior="blur"
              hideControls
              className={classes.short ?? ""}
              onChange={(value) => set({ seconds: Number(value) || 20 })}
            />
          ) : null}
        </div>
        {step.action === "outside" ? (
          <p id={hint} className={classes.hint}>
            {t("manage.routing.outsideHint")}
          </p>
        ) : null}
        <div className={classes.line}>
          <Choice
            label={t("manage.routing.when")}
            testId={`route-hours-${position}`}
            value={step.hours}
            options={HOURS.map((value) => ({ value, label: t(`manage.routing.hours.${value}`) }))}
            onChange={(value) =>
              set({
                hours: value as Step["hours"],
                schedule: step.schedule || (choices.schedules[0]?.id ?? ""),
              })
            }
          />
          {step.hours === "any" ? null : (
            <Choice
              label={t("manage.routing.whose")}
              value={step.schedule}
              options={[
                { value: "", label: t("manage.routing.choose") },
                ...choices.schedules.map(({ id, name }) => ({ value: id, label: name })),
              ]}
              invalid={!step.schedule}
              onChange={(schedule) => set({ schedule })}
            />
          )}
          <Choice
            label={t("manage.routing.callers")}
            value={step.caller}
            options={CALLERS.map((value) => ({
              value,
              label: t(`manage.routing.caller.${value}`),
            }))}
            onChange={(value) => set({ caller: value as Step["caller"] })}
          />
          <Choice
            label={t("manage.routing.onlyAway")}
            value={step.absent}
            options={[
              { value: "", label: t("manage.routing.always") },
              ...choices.people.map(({ user, name }) => ({ value: user, label: name })),
            ]}
            onChange={(absent) => set({ absent })}
          />
        </div>
        {problems.map((problem) => (
          <p key={problem.fault} className={classes.problem}>
            <Icon name="alert" size={16} /> {problem.text}
          </p>
        ))}
      </div>
      <div className={classes.movers}>
        <button
          type="button"
          data-testid={`route-up-${position}`}
          aria-label={t("manage.routing.up", { number })}
          disabled={position === 0}
          onClick={() => onMove(-1)}
        >
          <Icon name="chevron" size={18} className={classes.up} />
        </button>
        <button
          type="button"
          data-testid={`route-down-${position}`}
          aria-label={t("manage.routing.down", { number })}
          disabled={position === count - 1}
          onClick={() => onMove(1)}
        >
          <Icon name="chevron" size={18} />
        </button>
        <button
          type="button"
          aria-label={t("manage.routing.removeStep", { number })}
          onClick={onRemove}
        >
          <Icon name="trash" size={18} />
        </button>
      </div>
    </li>
  );
}
