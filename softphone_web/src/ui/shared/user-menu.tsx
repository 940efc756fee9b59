/** The person's own menu: language, appearance, sound, shortcuts, sign out. */
import { useMantineColorScheme } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Api } from "../../api/client";
import type { Language, Me } from "../../api/types";
import { speak } from "../../i18n";
import { initials } from "./format";
import { Icon, type IconName } from "./icons";
import { LanguageSwitch } from "./language-switch";
import { newestWins } from "./latest";
import { Popover } from "./popover";
import { keys } from "./queries";
import { navigate } from "./router";
import { Segments } from "./segments";
import { useLanguage, useServices } from "./services";
import { useSignOut } from "./sign-out";
import { tell, warn } from "./toasts";
import { errorText } from "./trouble";
import classes from "./user-menu.module.css";

const SoundDialog = lazy(() =>
  import("./sound-dialog").then((module) => ({ default: module.SoundDialog })),
);

function SchemeSwitch() {
  const { t } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Segments
      label={t("menu.theme")}
      value={colorScheme}
      options={[
        { value: "auto", label: t("menu.system") },
        { value: "light", label: t("menu.light") },
        { value: "dark", label: t("menu.dark") },
      ]}
      onChange={setColorScheme}
    />
  );
}

const store = newestWins((api: Api, language: Language) => api.setLanguage(language));

function useChooseLanguage(): (language: Language) => void {
  const { api } = useServices();
  const queries = useQueryClient();
  const before = useLanguage();
  return async (language) => {
    speak(language);
    const settled = await store(api, language, before);
    if (settled.is === "refused") warn(errorText(settled.error));
    if (settled.is !== "done") return;
    // Only this: the rest of the answer may be older than what is known meanwhile.
    queries.setQueryData<Me | null>(keys.me, (me) => (me ? { ...me, language } : me));
    // Texts and country names that the server made are in the old language.
    void queries.invalidateQueries({ predicate: (query) => query.queryKey[0] !== keys.me[0] });
  };
}

interface EntryProps {
  icon: IconName;
  testId?: string;
  onClick: () => void;
  children: ReactNode;
}

function Entry({ icon, testId, onClick, children }: EntryProps) {
  return (
    <button type="button" className={classes.entry} data-testid={testId} onClick={onClick}>
      <Icon name={icon} size={18} />
      {children}
    </button>
  );
}

/** Lets telephone links of other pages open here: they fill the form, they never dial. */
function registerLinks(done: string): void {
  navigator.registerProtocolHandler("tel", `${window.location.origin}/call?to=%s`);
  tell(done);
}

export function UserMenu({ me }: { me: Me }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const [sound, setSound] = useState(false);
  const chooseLanguage = useChooseLanguage();
  const signOut = useSignOut();
  return (
    <>
      <Popover
        className={classes.menu}
        button={(props) => (
          <button
            {...props}
            type="button"
            className={classes.face}
            aria-label={t("menu.label", { initials: initials(me.name), name: me.name })}
            data-testid="user-menu"
          >
            {initials(me.name)}
          </button>
        )}
      >
        {(close) => (
          <>
            <div className={classes.person}>
              <strong>{me.name}</strong>
              <span>{me.email}</span>
              <span>{t(`roles.${me.role}`)}</span>
              {me.password_days_left != null ? (
                <strong className={classes.soon} data-testid="password-soon">
                  {t("menu.passwordSoon", { count: me.password_days_left })}
                </strong>
              ) : null}
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
            <div className={classes.entries}>
              <Entry
                icon="headset"
                testId="open-sound"
                onClick={() => {
                  close();
                  setSound(true);
                }}
              >
                {t("menu.sound")}
              </Entry>
              <Entry
                icon="keyboard"
                testId="open-help"
                onClick={() => {
                  close();
                  window.dispatchEvent(new Event("vermittlung:help"));
                }}
              >
                {t("help.open")}
              </Entry>
              <Entry
                icon="link"
                testId="register-tel"
                onClick={() => {
                  close();
                  registerLinks(t("menu.linksDone"));
                }}
              >
                {t("menu.links")}
              </Entry>
              <Entry
                icon="shield"
                testId="open-account"
                onClick={() => {
                  close();
                  navigate("/account");
                }}
              >
                {t("menu.account")}
              </Entry>
              <Entry icon="signOut" testId="sign-out" onClick={() => signOut.mutate()}>
                {t("menu.signOut")}
              </Entry>
            </div>
          </>
        )}
      </Popover>
      {sound ? (
        <Suspense fallback={null}>
          <SoundDialog onClose={() => setSound(false)} />
        </Suspense>
      ) : null}
    </>
  );
}
