/** The versions of a greeting: listen, activate, plan, withdraw, delete. */
import { ActionIcon, Button, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Player } from "../desk/use-player";
import { clock, moment } from "../shared/format";
import { Icon } from "../shared/icons";
import { useLanguage } from "../shared/services";
import { instantOf, minuteOf, nextHour } from "./berlin-time";
import classes from "./greeting-row.module.css";
import type { Greeting, GreetingVersion } from "./greetings-api";
import list from "./list.module.css";
import { PlayButton } from "./play-button";
import { useChanges } from "./use-greeting-changes";

const TONES = { draft: "quiet", planned: "wait", current: "good", past: "quiet" } as const;

function What({ version }: { version: GreetingVersion }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { number, state, valid_from, origin, source } = version;
  const loudness = version.loudness_lufs.toLocaleString(language, { maximumFractionDigits: 1 });
  return (
    <div className={classes.what}>
      <strong className={classes.title}>
        {t("manage.greetings.version", { number })}
        <span className={list.badge} data-tone={TONES[state]} data-state={state}>
          {t(`manage.greetings.states.${state}`)}
        </span>
      </strong>
      <small>
        {[
          valid_from
            ? t(state === "planned" ? "manage.greetings.from" : "manage.greetings.since", {
                time: moment(valid_from, language),
              })
            : null,
          t(`manage.greetings.sources.${source}`),
        ]
          .filter(Boolean)
          .join(" · ")}
      </small>
      {origin ? <small className={classes.origin}>{origin}</small> : null}
      <small className="tabular">
        {t("manage.greetings.facts", {
          time: clock(Math.round(version.duration_seconds)),
          loudness,
          by: version.created_by_name ?? version.created_by,
          at: moment(version.created_at, language),
        })}
      </small>
    </div>
  );
}

function PlanForm({ onPlan }: { onPlan: (from: string) => void }) {
  const { t } = useTranslation();
  const [date, setDate] = useState(minuteOf(nextHour(new Date())));
  const from = instantOf(date);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (from) onPlan(from);
  };
  return (
    <form className={classes.plan} onSubmit={submit}>
      <TextInput
        type="datetime-local"
        label={t("manage.greetings.date")}
        data-testid="version-date"
        value={date}
        onChange={(event) => setDate(event.currentTarget.value)}
      />
      <Button type="submit" data-testid="version-plan-save" disabled={!from}>
        {t("manage.greetings.planSave")}
      </Button>
    </form>
  );
}

interface VersionProps {
  greeting: Greeting;
  version: GreetingVersion;
  player: Player;
}

function Version({ greeting, version, player }: VersionProps) {
  const { t } = useTranslation();
  const { plan, removeVersion } = useChanges(greeting);
  const [planning, setPlanning] = useState(false);
  const { id, number, state, audio } = version;
  const name = `${greeting.name}, ${t("manage.greetings.version", { number })}`;
  const broken = player.id === id && player.broken;
  return (
    <li className={classes.version} data-testid={`version-${number}`} data-state={state}>
      <PlayButton player={player} id={id} url={audio} name={name} />
      <What version={version} />
      <div className={classes.buttons}>
        {state === "current" ? null : (
          <>
            <Button
              size="compact-sm"
              variant="light"
              data-testid="version-activate"
              loading={plan.isPending}
              onClick={() => plan.mutate({ version, from: "now" })}
            >
              {t("manage.greetings.activate")}
            </Button>
            <Button
              size="compact-sm"
              variant="default"
              data-testid="version-plan"
              aria-expanded={planning}
              onClick={() => setPlanning(!planning)}
            >
              {t("manage.greetings.planAt")}
            </Button>
          </>
        )}
        {state === "current" || state === "planned" ? (
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => plan.mutate({ version, from: null })}
          >
            {t("manage.greetings.withdraw")}
          </Button>
        ) : null}
        <ActionIcon
          variant="subtle"
          color="red"
          size="lg"
          aria-label={t("manage.greetings.removeVersion", { number })}
          onClick={() => removeVersion.mutate(version)}
        >
          <Icon name="trash" size={18} />
        </ActionIcon>
      </div>
      {planning ? (
        <PlanForm
          onPlan={(from) => {
            plan.mutate({ version, from });
            setPlanning(false);
          }}
        />
      ) : null}
      {broken ? <small role="alert">{t("manage.greetings.broken")}</small> : null}
    </li>
  );
}

export function GreetingVersions({ greeting, player }: { greeting: Greeting; player: Player }) {
  return (
    <ul className={classes.versions}>
      {greeting.versions.map((version) => (
        <Version key={version.id} greeting={greeting} version={version} player={player} />
      ))}
    </ul>
  );
}
