/** The frame of every page: brand, sections, connection, the person's menu. */
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Me } from "../../api/types";
import { manages } from "./access";
import { CallBar } from "./call-bar";
import { Icon } from "./icons";
import { LiveStatus } from "./live-status";
import { Logo } from "./logo";
import { Link, usePath } from "./router";
import classes from "./shell.module.css";
import { UserMenu } from "./user-menu";

export function Shell({ me, children }: { me: Me; children: ReactNode }) {
  const { t } = useTranslation();
  const path = usePath();
  const section = path.startsWith("/manage") ? "manage" : "call";
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
        {manages(me) ? (
          <nav className={classes.nav}>
            <Link href="/call" aria-current={section === "call" ? "page" : undefined}>
              <Icon name="phone" size={18} />
              <span>{t("menu.phone")}</span>
            </Link>
            <Link href="/manage/numbers" aria-current={section === "manage" ? "page" : undefined}>
              <Icon name="list" size={18} />
              <span>{t("menu.management")}</span>
            </Link>
          </nav>
        ) : null}
        <div className={classes.right}>
          <LiveStatus />
          <UserMenu me={me} />
        </div>
      </header>
      {section === "call" ? null : <CallBar />}
      <main id="content" className={classes.content} tabIndex={-1}>
        {children}
      </main>
    </div>
  );
}
