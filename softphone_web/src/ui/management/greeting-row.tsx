/** One greeting: what plays now, and behind it all versions and where it is used. */
import { Button, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Player } from "../desk/use-player";
import { clock, moment } from "../shared/format";
import { Icon } from "../shared/icons";
import { useLanguage } from "../shared/services";
import classes from "./greeting-row.module.css";
import { GreetingVersions } from "./greeting-versions";
import type { Greeting } from "./greetings-api";
import list from "./list.module.css";
import { PlayButton } from "./play-button";
import { useChanges } from "./use-greeting-changes";

function useSummary({ versions, numbers, absent }: Greeting) {
  const { t } = useTranslation();
  const language = useLanguage();
  const current = versions.find((version) => version.state === "current") ?? null;
  const planned = versions.filter((version) => version.state === "planned");
  const soonest = planned.map((version) => version.valid_from ?? "").sort()[0];
  const words = [
    current?.valid_from
      ? t("manage.greetings.since", { time: moment(current.valid_from, language) })
      : t("manage.greetings.nothingValid"),
    soonest ? t("manage.greetings.next", { time: moment(soonest, language) }) : null,
  ];
  const shown = [
    ...(numbers.length > 0 ? [t("manage.greetings.usedOn", { count: numbers.length })] : []),
    ...(absent.length > 0 ? [t("manage.greetings.absenceOf", { name: absent.join(", ") })] : []),
  ];
  return {
    current,
    words: words.filter(Boolean).join(" · "),
    use: shown.join(", ") || t("manage.greetings.unused"),
  };
}

function NameForm({ greeting }: { greeting: Greeting }) {
  const { t } = useTranslation();
  const { rename } = useChanges(greeting);
  const [name, setName] = useState(greeting.name);
  const changed = name.trim() !== "" && name.trim() !== greeting.name;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (changed) rename.mutate(name.trim());
  };
  return (
    <form className={classes.name} onSubmit={submit}>
      <TextInput
        className={classes.grow ?? ""}
        label={t("manage.greetings.name")}
        maxLength={100}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Button type="submit" variant="light" disabled={!changed} loading={rename.isPending}>
        {t("manage.greetings.rename")}
      </Button>
    </form>
  );
}

interface GreetingRowProps {
  greeting: Greeting;
  player: Player;
  onAddVersion: () => void;
}

function Details({ greeting, player, onAddVersion }: GreetingRowProps) {
  const { t } = useTranslation();
  const { remove } = useChanges(greeting);
  const { numbers, absent } = greeting;
  const used = numbers.length + absent.length > 0;
  return (
    <div className={classes.details}>
      <GreetingVersions greeting={greeting} player={player} />
      {used ? (
        <p className={classes.used}>
          {t("manage.greetings.usedBy")}{" "}
          {numbers.map(({ e164, national, label }) => (
            <span key={e164} className={`${list.badge} tabular`}>
              {label && label !== e164 ? `${label} · ${national}` : national}
            </span>
          ))}
          {absent.map((name) => (
            <span key={name} className={list.badge}>
              {t("manage.greetings.absenceOf", { name })}
            </span>
          ))}
        </p>
      ) : null}
      <NameForm key={greeting.name} greeting={greeting} />
      <div className={classes.actions}>
        <Button
          data-testid="greeting-add-version"
          leftSection={<Icon name="add" size={18} />}
          onClick={onAddVersion}
        >
          {t("manage.greetings.addVersion")}
        </Button>
        <Button
          variant="light"
          color="red"
          data-testid="greeting-remove"
          disabled={used}
          loading={remove.isPending}
          leftSection={<Icon name="trash" size={18} />}
          onClick={() => remove.mutate(greeting)}
        >
          {t("manage.greetings.remove")}
        </Button>
      </div>
    </div>
  );
}

export function GreetingRow(props: GreetingRowProps) {
  const { greeting, player } = props;
  const [open, setOpen] = useState(false);
  const { current, words, use } = useSummary(greeting);
  const uses = greeting.numbers.length + greeting.absent.length;
  const heard = current ?? greeting.versions[0];
  const id = `greeting-${greeting.id}`;
  return (
    <li
      className={classes.item}
      data-testid={`greeting-row-${greeting.id}`}
      data-open={open || undefined}
    >
      <div className={list.row}>
        {heard ? (
          <PlayButton player={player} id={heard.id} url={heard.audio} name={greeting.name} />
        ) : null}
        <button
          type="button"
          className={classes.summary}
          aria-expanded={open}
          aria-controls={id}
          onClick={() => setOpen(!open)}
        >
          <span className={`${list.two} ${list.grow}`}>
            <strong>{greeting.name}</strong>
            <small>{words}</small>
          </span>
          <span className={list.badge} data-tone={uses > 0 ? "good" : undefined}>
            {use}
          </span>
          <span className={`${classes.length} tabular`}>
            {heard ? clock(Math.round(heard.duration_seconds)) : ""}
          </span>
          <Icon name="chevron" size={18} className={classes.chevron ?? ""} />
        </button>
      </div>
      <div id={id}>{open ? <Details {...props} /> : null}</div>
    </li>
  );
}
