import { Popover, SegmentedControl, useMantineColorScheme } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Language, Me } from "../../api/types";
import { speak } from "../../i18n";
import { initials } from "./format";
import { Icon } from "./icons";
import { LanguageSwitch } from "./language-switch";
import { keys } from "./queries";
import { useLanguage, useServices } from "./services";
import { warn } from "./toasts";
import { errorText } from "./trouble";
import classes from "./user-menu.module.css";

const SoundDialog = lazy(() =>
  import("./sound-dialog").then((module) => ({ default: module.SoundDialog })),
);

function SchemeSwitch() {
  const { t } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <SegmentedControl
      aria-label={t("menu.theme")}
      size="xs"
      value={colorScheme}
      onChange={(next) => setColorScheme(next === "dark" || next === "light" ? next : "auto")}
      data={[
        { value: "auto", label: t("menu.system") },
        { value: "light", label: t("menu.light") },
        { value: "dark", label: t("menu.dark") },
      ]}
    />
  );
}

function useChooseLanguage(): (language: Language) => void {
  const { api } = useServices();
  const queries = useQueryClient();
  const { mutate } = useMutation({
    mutationFn: api.setLanguage,
    onSuccess: (me) => {
      queries.setQueryData(keys.me, me);
      // Texts and country names that the server made are in the old language.
      void queries.invalidateQueries({ predicate: (query) => query.queryKey[0] !== keys.me[0] });
    },
    onError: (error) => warn(errorText(error)),
  });
  return (language) => {
    speak(language);
    mutate(language);
  };
}

export function UserMenu({ me }: { me: Me }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const [open, setOpen] = useState(false);
  const [sound, setSound] = useState(false);
  const chooseLanguage = useChooseLanguage();
  const { api, endSession } = useServices();
  const signOut = useMutation({
    mutationFn: api.signOut,
    onSuccess: endSession,
    onError: (error) => warn(errorText(error)),
  });
  return (
    <>
      <Popover
        opened={open}
        onChange={setOpen}
        position="bottom-end"
        offset={8}
        width={300}
        trapFocus
      >
        <Popover.Target>
          <button
            type="button"
            className={classes.face}
            onClick={() => setOpen(!open)}
            aria-label={t("menu.label", { initials: initials(me.name), name: me.name })}
            data-testid="user-menu"
          >
            {initials(me.name)}
          </button>
        </Popover.Target>
        <Popover.Dropdown className={classes.menu}>
          <div className={classes.person}>
            <strong>{me.name}</strong>
            <span>{me.email}</span>
            <span>{t(`roles.${me.role}`)}</span>
          </div>
          <div className={classes.setting}>
            <span>{t("menu.language")}</span>
            <LanguageSwitch value={language} onChange={chooseLanguage} />
          </div>
          <div className={classes.setting}>
            <span>{t("menu.theme")}</span>
            <SchemeSwitch />
          </div>
          <hr />
          <button
            type="button"
            className={classes.entry}
            onClick={() => {
              setOpen(false);
              setSound(true);
            }}
          >
            <Icon name="headset" size={18} />
            {t("menu.sound")}
          </button>
          <button
            type="button"
            className={classes.entry}
            onClick={() => signOut.mutate()}
            data-testid="sign-out"
          >
            <Icon name="signOut" size={18} />
            {t("menu.signOut")}
          </button>
        </Popover.Dropdown>
      </Popover>
      {sound ? (
        <Suspense fallback={null}>
          <SoundDialog onClose={() => setSound(false)} />
        </Suspense>
      ) : null}
    </>
  );
}
