/** The library of greetings: what is there, what plays when, and where. */
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type DragEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Player, usePlayer } from "../desk/use-player";
import { clock } from "../shared/format";
import { Icon } from "../shared/icons";
import { useLanguage, useServices } from "../shared/services";
import { GreetingDialog } from "./greeting-dialog";
import { GreetingRow } from "./greeting-row";
import { sizeText } from "./greeting-words";
import { type Greeting, greetingsQuery, type StandardGreeting } from "./greetings-api";
import classes from "./greetings-page.module.css";
import list from "./list.module.css";
import { Empty, ListCard } from "./parts";
import { PlayButton } from "./play-button";

/** What the dialog is open for. */
interface Opened {
  greeting: Greeting | null;
  file: File | null;
}

/** A file that is dragged anywhere over the page. */
function useDrop(onFile: (file: File) => void) {
  const [over, setOver] = useState(false);
  const brings = (event: DragEvent) => event.dataTransfer.types.includes("Files");
  return {
    over,
    handlers: {
      onDragOver: (event: DragEvent) => {
        if (!brings(event)) return;
        event.preventDefault();
        setOver(true);
      },
      onDragLeave: (event: DragEvent) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false);
      },
      onDrop: (event: DragEvent) => {
        if (!brings(event)) return;
        event.preventDefault();
        setOver(false);
        const file = event.dataTransfer.files[0];
        if (file) onFile(file);
      },
    },
  };
}

function Standard({ items, player }: { items: readonly StandardGreeting[]; player: Player }) {
  const { t, i18n } = useTranslation();
  const titleOf = (name: string) => {
    const key = `manage.greetings.prompts.${name}`;
    return i18n.exists(key) ? t(key as "manage.greetings.prompts.greeting") : name;
  };
  // The same announcement in both languages side by side.
  const sorted = items.toSorted(
    (a, b) => a.name.localeCompare(b.name) || a.language.localeCompare(b.language),
  );
  return (
    <section>
      <h2 className={classes.heading}>{t("manage.greetings.standard")}</h2>
      <p className={classes.hint}>{t("manage.greetings.standardHint")}</p>
      <ul className={`${list.card} ${classes.standard}`}>
        {sorted.map(({ name, language, audio, duration_seconds: seconds }) => (
          <li key={audio} className={classes.shipped}>
            <PlayButton
              player={player}
              id={`${language}-${name}`}
              url={audio}
              name={`${titleOf(name)} (${language})`}
            />
            <span className={classes.shippedName}>{titleOf(name)}</span>
            <span className={list.badge}>{language.toUpperCase()}</span>
            <span className={`${classes.length} tabular`}>{clock(seconds)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

export function GreetingsPage() {
  const { t } = useTranslation();
  const { api } = useServices();
  const language = useLanguage();
  const query = useQuery(greetingsQuery(api));
  const player = usePlayer(() => undefined);
  const [opened, setOpened] = useState<Opened | null>(null);
  const drop = useDrop((file) => setOpened({ greeting: null, file }));
  const { items = [], standard = [] } = query.data ?? {};
  return (
    <div className={classes.page} data-over={drop.over || undefined} {...drop.handlers}>
      <div className={list.tools}>
        <Button
          className={classes.add ?? ""}
          data-testid="greeting-add"
          leftSection={<Icon name="add" size={18} />}
          onClick={() => setOpened({ greeting: null, file: null })}
        >
          {t("manage.greetings.add")}
        </Button>
      </div>
      <ListCard
        loading={query.isPending}
        error={query.data ? null : query.error}
        retry={() => void query.refetch()}
        empty={
          items.length === 0 ? (
            <Empty
              icon="voicemail"
              title={t("manage.greetings.empty")}
              hint={t("manage.greetings.emptyHint")}
            />
          ) : null
        }
      >
        <ul>
          {items.map((greeting) => (
            <GreetingRow
              key={greeting.id}
              greeting={greeting}
              player={player}
              onAddVersion={() => setOpened({ greeting, file: null })}
            />
          ))}
        </ul>
      </ListCard>
      {query.data ? (
        <>
          {items.length > 0 ? (
            <p className={classes.hint} data-testid="greetings-storage">
              {t("manage.greetings.storage", {
                size: sizeText(query.data.storage_bytes, language),
              })}
            </p>
          ) : null}
          <Standard items={standard} player={player} />
        </>
      ) : null}
      {drop.over ? <p className={classes.veil}>{t("manage.greetings.dropHere")}</p> : null}
      {opened && query.data ? (
        <GreetingDialog
          greeting={opened.greeting}
          file={opened.file}
          limits={{ maxBytes: query.data.max_bytes, maxSeconds: query.data.max_seconds }}
          onClose={() => setOpened(null)}
        />
      ) : null}
    </div>
  );
}
