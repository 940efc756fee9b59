/** "What happens if … calls at …": by the very way of a live call. */
import { NativeSelect, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import buttons from "../../shared/button.module.css";
import { moment } from "../../shared/format";
import { Icon, type IconName } from "../../shared/icons";
import { useLanguage, useServices } from "../../shared/services";
import { LoadFailed } from "../../shared/trouble";
import list from "../list.module.css";
import { type Choices, type Simulation, simulate } from "./queries";
import classes from "./routing.module.css";

type Stage = Simulation["stages"][number];

const ICONS: Record<Stage["kind"], IconName> = {
  ring: "phone",
  outside: "outbound",
  announce: "bell",
};

function StageCard({ stage, choices }: { stage: Stage; choices: Choices }) {
  const { t } = useTranslation();
  const sound = choices.sounds.find(({ id }) => id === stage.sound)?.name ?? stage.sound;
  const who = {
    ring: stage.people.map(({ name }) => name).join(", "),
    outside: stage.outside ?? "",
    announce: sound,
  }[stage.kind];
  return (
    <li className={classes.stage} data-testid="simulated-stage">
      <span className={classes.mark}>
        <Icon name={ICONS[stage.kind]} size={19} />
      </span>
      <div className={list.two}>
        <strong>{who}</strong>
        <small>
          {stage.position === null
            ? ""
            : `${t("manage.routing.step", { number: stage.position + 1 })} · `}
          {stage.text}
        </small>
      </div>
      {stage.seconds > 0 ? (
        <span className={list.badge}>
          {t("manage.routing.forSeconds", { count: stage.seconds })}
        </span>
      ) : null}
    </li>
  );
}

function Result({ found, choices }: { found: Simulation; choices: Choices }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const rejected = found.final === "reject";
  return (
    <div data-testid="simulation" aria-live="polite">
      <h3 className={list.group}>
        {t("manage.routing.simulated", { when: moment(found.at, language) })}
      </h3>
      <ol className={`${list.card} ${classes.stages}`}>
        {found.stages.map((stage, index) => (
          <StageCard
            // biome-ignore lint/suspicious/noArrayIndexKey: the same person may ring twice
            key={index}
            stage={stage}
            choices={choices}
          />
        ))}
        <li className={classes.stage} data-testid="simulated-final">
          <span className={classes.mark} data-final={rejected || undefined}>
            <Icon name={rejected ? "hangup" : "voicemail"} size={19} />
          </span>
          <div className={list.two}>
            <strong>{found.final_text}</strong>
            <small>{found.notes.join(" ")}</small>
          </div>
        </li>
      </ol>
      {found.skipped.length > 0 ? (
        <ul className={classes.skipped}>
          {found.skipped.map((skip, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: nothing else tells them apart
            <li key={index}>
              <strong>
                {skip.who ?? t("manage.routing.step", { number: (skip.position ?? 0) + 1 })}
              </strong>{" "}
              {skip.text}
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}

export function Simulator({ e164, choices }: { e164: string; choices: Choices }) {
  const { t } = useTranslation();
  const { api } = useServices();
  const title = useId();
  const [caller, setCaller] = useState("");
  const [at, setAt] = useState("");
  const [live, setLive] = useState("now");
  const ask = useMutation({
    mutationFn: () =>
      simulate(api, e164, {
        caller,
        ...(at ? { at: `${at}:00` } : {}),
        ...(live === "all" ? { live: choices.people.map(({ user }) => user) } : {}),
        ...(live === "none" ? { live: [] } : {}),
      }),
  });
  return (
    <section className={classes.panel} aria-labelledby={title}>
      <h2 id={title} className={list.group}>
        {t("manage.routing.simulator")}
      </h2>
      <form
        className={list.tools}
        onSubmit={(event) => {
          event.preventDefault();
          ask.mutate();
        }}
      >
        <TextInput
          label={t("manage.routing.simulateCaller")}
          placeholder={t("manage.routing.withheld")}
          inputMode="tel"
          value={caller}
          onChange={(event) => setCaller(event.currentTarget.value)}
        />
        <TextInput
          type="datetime-local"
          label={t("manage.routing.simulateAt")}
          data-testid="simulate-at"
          value={at}
          onChange={(event) => setAt(event.currentTarget.value)}
        />
        <NativeSelect
          label={t("manage.routing.simulateLive")}
          data-testid="simulate-live"
          value={live}
          data={["now", "all", "none"].map((value) => ({
            value,
            label: t(`manage.routing.live.${value as "now" | "all" | "none"}`),
          }))}
          onChange={(event) => setLive(event.currentTarget.value)}
        />
        <button
          type="submit"
          className={buttons.primary}
          data-testid="simulate"
          disabled={ask.isPending}
        >
          {t("manage.routing.simulate")}
        </button>
      </form>
      {ask.error ? <LoadFailed error={ask.error} retry={() => ask.mutate()} /> : null}
      {ask.data ? <Result found={ask.data} choices={choices} /> : null}
    </section>
  );
}
