/** The frame of every page: brand, sections, connection, the person's menu. */
import { type ReactNode, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Me } from "../../api/types";
import { manages } from "./access";
import { CallBar } from "./call-bar";
import { Icon, type IconName } from "./icons";
import { LiveStatus } from "./live-status";
import { Logo } from "./logo";
import { Link, sectionOf, usePath } from "./router";
import classes from "./shell.module.css";
import { UserMenu } from "./user-menu";

const SECTIONS = ["call", "history", "contacts", "messages", "quality", "manage"] as const;
type Section = (typeof SECTIONS)[number];

const ICONS: Record<Section, IconName> = {
  call: "phone",
  history: "clock",
  contacts: "contacts",
  messages: "voicemail",
  quality: "pulse",
  manage: "list",
};

function Sections({ me, current }: { me: Me; current: string }) {
  const { t } = useTranslation();
  return (
    <nav className={classes.nav} aria-label={t("desk.nav.label")}>
      {SECTIONS.map((section) =>
        section !== "manage" || manages(me) ? (
          <Link
            key={section}
            href={`/${section}`}
            aria-current={section === current ? "page" : undefined}
            data-testid={`nav-${section}`}
          >
            <Icon name={ICONS[section]} size={22} />
            <span>{t(`desk.nav.${section}`)}</span>
          </Link>
        ) : null,
      )}
    </nav>
  );
}

/** A new section starts at its top, and is where the keyboard goes on. */
function useArrival(section: string) {
  const content = useRef<HTMLElement>(null);
  const before = useRef(section);
  useEffect(() => {
    if (before.current === section) return;
    before.current = section;
    window.scrollTo(0, 0);
    // Unless the section has put the cursor somewhere itself.
    if (!content.current?.contains(document.activeElement)) {
      content.current?.focus({ preventScroll: true });
    }
  }, [section]);
  return content;
}

export function Shell({ me, children }: { me: Me; children: ReactNode }) {
  const { t } = useTranslation();
  const section = sectionOf(usePath());
  const content = useArrival(section);
  return (
    <div className={classes.shell}>
      <a className={classes.skip} href="#content">
        {t("menu.skip")}
      </a>
      <header className={classes.header}>
        <Link href="/call" className={classes.brand} aria-label={t("product")}>
          <Logo size={30} />
          <span className={classes.name}>{t("product")}</span>
        </Link>
        <Sections me={me} current={section} />
        <div className={classes.right}>
          <LiveStatus />
          <UserMenu me={me} />
        </div>
      </header>
      {section === "call" ? null : <CallBar />}
      <main ref={content} id="content" className={classes.content} tabIndex={-1}>
        {children}
      </main>
    </div>
  );
}
